"""What a service module says of one kind of resource, and the forms of its functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.call import Answer, Call
    from emulator.context import Context

JSON = dict[str, Any]

DIRECT = "direct"
"""The method answers with the resource."""
OPERATION = "operation"
"""The method answers with an operation that is done at the first poll."""
DONE_OPERATION = "done_operation"
"""The method answers with an operation that is done already."""

Defaults = Callable[["Context", JSON], "JSON | None"]
CreateHook = Callable[["Context", str, JSON], "JSON | None"]
UpdateHook = Callable[["Context", str, JSON, JSON], "JSON | None"]
DeleteHook = Callable[["Context", str, JSON], None]
View = Callable[["Context", str, JSON], JSON]
Handler = Callable[["Context", "Call"], "JSON | Answer | None"]


@dataclass(frozen=True)
class Resource:
    """What discovery does not say about one kind of resource. Everything has a default that fits most kinds."""

    id_parameter: str = ""
    """Query parameter with the id that the client chooses. Found by itself where create has one such as `secretId`."""
    id_field: str = "name"
    """Body field with the id, where no query parameter has it (compute, storage, logging); dotted where it is nested
    (`datasetReference.datasetId`)."""
    id_pattern: str = ""
    """Regular expression that a client's id must match in full."""
    server_id: Callable[[Context], str] | None = None
    """Makes the id; used also where the client gives none."""
    required: tuple[str, ...] = ()
    """Fields that a create must have, beside those whose description says "Required."."""
    optional: tuple[str, ...] = ()
    """Fields whose "Required." is not enforced."""
    immutable: tuple[str, ...] = ()
    """Fields that no update may change, beside those whose description says "Immutable."."""
    mutable: tuple[str, ...] = ()
    """Fields whose "Immutable." is not enforced."""
    input_only: tuple[str, ...] = ()
    """Fields that are never shown, beside those whose description says "Input only."."""
    output_only: tuple[str, ...] = ()
    """Fields that a client cannot set, beside those that discovery marks."""
    keep: tuple[str, ...] = ()
    """Fields that are shown even when false, zero or empty (proto3 `optional`)."""
    defaults: Defaults | None = None
    """(ctx, body) -> what the server fills in where the client gave nothing. Also run after an update."""
    create: str = ""
    """DIRECT, OPERATION or DONE_OPERATION; discovery's response type decides unless given."""
    update: str = ""
    delete: str = ""
    deleted: str = ""
    """What a delete answers: "empty" `{}`, "no_content" 204, "resource"; discovery decides unless given."""
    on_create: CreateHook | None = None
    """(ctx, name, resource) -> None or the resource to store instead; may raise GoogleError. Runs before it is stored.
    """
    on_update: UpdateHook | None = None
    """(ctx, name, before, after) -> None or the resource to store instead; may raise GoogleError."""
    on_delete: DeleteHook | None = None
    """(ctx, name, resource); may raise GoogleError."""
    after_create: CreateHook | None = None
    """(ctx, name, resource), once it is stored: makes children, grants."""
    view: View | None = None
    """(ctx, name, resource) -> what get, list, create and update show."""
    ended: View | None = None
    """(ctx, verb, resource as shown) -> what a create's or update's operation ends with, where that is
    less than the resource."""
    find: Callable[[Context, str], JSON | None] | None = None
    """(ctx, name) -> a resource that exists without having been created (a singleton, a built-in); asked when the store
    has none."""
    builtin: Callable[[Context, str], Iterable[str]] | None = None
    """(ctx, collection path) -> names of resources that `find` knows and a list must show."""
    short_name: bool = False
    """Whether the `name` that is shown is the id alone (logging's sinks)."""
    own_name: bool = False
    """Whether `name` is none of the core's business (it is shown as stored)."""
    parents_must_exist: bool = True
    etag: bool = True
    soft_delete: bool = False
    """Whether delete only marks (`on_delete` and `view` then say how) instead of removing."""
    sort: str = ""
    """"name" lists by name; otherwise in the order of creation."""
    project_in_names: str = ""
    """"id" or "number"; the service's choice unless given."""
    page_size: int = 0
    """Default page size where it is not 500."""
    collection_name: str = ""
    """How messages call it (`Secret`); the schema's name unless given."""
    unfilled: tuple[str, ...] = ()
    """Fields (`state`, `etag`, `uid`, …) that the core would fill in and this kind does not have."""
    mask_required: bool = False
    """Whether a patch without an update mask is refused."""
