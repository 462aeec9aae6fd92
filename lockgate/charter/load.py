"""From a stack's folder to its charter."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pydantic import ValidationError

from lockgate.charter import extend, source
from lockgate.charter.model import FORMAT, Charter
from lockgate.charter.problem import CharterError, Problem, shown
from lockgate.charter.source import Document
from lockgate.errors import InputError
from lockgate.plan import model as plan

FILE = "charter.yaml"

# What Pulumi accepts in a stack's name, without a leading dot: it becomes part of a path.
_STACK = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


def load_stack(stacks: Path, stack: str) -> Charter:
    """The charter of ``stack``, at ``stacks/<stack>/charter.yaml``.

    Raises InputError when the name is not one of a stack, no such stack exists, or its charter is wrong.
    """
    if not _STACK.fullmatch(stack):
        raise InputError(
            f"{stack!r} is not the name of a stack: expected letters, digits, '-', '_' and '.', without a folder. "
            f"{_choice(stacks, stack)}"
        )
    path = stacks / stack / FILE
    if _absent(path):
        raise InputError(f"{path}: no charter for the stack {stack!r}. {_choice(stacks, stack)}")
    return load(path)


def load(path: Path) -> Charter:
    """The charter at ``path``, together with the one that it extends, at ``../<extended stack>/charter.yaml``.

    Raises InputError; CharterError, one of them, holds every problem with its place.
    """
    own = _read(path)
    if own.data.get("extends") is None:
        return validate(own)
    return _extended(_base(own, path), own)


def validate(document: Document) -> Charter:
    """The charter that stands in ``document`` by itself. Raises CharterError with every problem."""
    _check_format(document)
    return _validated(document, [])


def digest(charter: Charter) -> str:
    """``sha256:`` and the SHA-256 of the charter's canonical JSON, with inherited values and without comments."""
    return plan.digest(charter.document())


def _read(path: Path) -> Document:
    try:
        with path.open("rb") as file:
            raw = file.read(source.MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}. Give the path of a charter.") from None
    except ValueError as error:  # a path with a null character
        raise InputError(f"{str(path)!r} is not a path: {error}. Give the path of a charter.") from None
    return source.read(raw, str(path))


def _absent(path: Path) -> bool:
    """Whether there is no such file; any other trouble with it shows when it is read."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _check_format(document: Document) -> None:
    """Another format has other keys, so nothing more is said about its charter; nor about what is no charter."""
    if not document.data.keys() & Charter.model_fields.keys():
        message = f"not a charter, expected {', '.join(Charter.model_fields)}"
        raise CharterError([Problem(document.place(()), (), message, "Check the path, or use 'lockgate init'.")])
    given = document.data.get("format")
    if isinstance(given, str) and given != FORMAT:
        raise _refused(
            document,
            "format",
            f"expected {FORMAT}, got {given!r}",
            "Rewrite it for this version of Lockgate, or use the version that it was written for.",
        )


def _validated(document: Document, others: list[Problem]) -> Charter:
    errors = []
    try:
        charter = Charter.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        errors = error.errors(include_url=False)
    else:
        if not others:
            return charter
    from lockgate.charter import explain

    raise explain.refusal(errors, document, others)


def _base(own: Document, path: Path) -> Document:
    """The charter that ``own`` extends: of another stack, right by itself, in production, extending nothing."""
    _check_format(own)
    name = own.data["extends"]
    if not isinstance(name, str) or not _STACK.fullmatch(name):
        from lockgate.charter import explain

        raise CharterError([explain.wrong_value(own, ("extends",), name)])
    # Relative paths stay relative, so that messages name files as the caller does.
    stacks = path.parent.parent if path.parent.name not in ("", "..") else path.parent / ".."
    base_path = stacks / name / FILE
    if _absent(base_path):
        raise _refused(own, "extends", f"there is no {base_path}", _choice(stacks, name))
    if base_path.samefile(path):
        raise _refused(
            own, "extends", f"{name} is this charter itself", "Name the production stack, or remove the key."
        )
    base = _read(base_path)
    if base.data.get("extends") is not None:
        raise _refused(
            own,
            "extends",
            f"{base_path} itself extends {shown(base.data['extends'])}, expected a charter that stands by itself",
            "Extend the production charter directly.",
        )
    charter = validate(base)
    if charter.use_case.environment != "production":
        raise _refused(
            own,
            "extends",
            f"expected a charter in production, {base_path} is in {charter.use_case.environment}",
            "Extend a production charter, or copy this one.",
        )
    return base


def _extended(base: Document, own: Document) -> Charter:
    problems = extend.overreach(base, own)
    merged = extend.merge(base, own)
    if "format" not in own.data:
        problems.append(Problem(own.place(()), ("format",), f"missing, expected {FORMAT}", "Add it to this file too."))
    use_case = merged.data["use_case"]
    if isinstance(use_case, dict) and use_case.get("environment") == "production":
        where = ("use_case", "environment")
        place = own.places.get(where, own.place(("extends",)))
        message = "expected development or pilot in a charter that extends another, got production"
        problems.append(Problem(place, where, message, "Set it, or remove 'extends' and write the charter out."))
    return _validated(merged, problems)


def _refused(document: Document, key: str, message: str, remedy: str) -> CharterError:
    return CharterError([Problem(document.place((key,)), (key,), message, remedy)])


def _choice(stacks: Path, wanted: str) -> str:
    """Which stacks there are, the closest first."""
    names = sorted(path.parent.name for path in stacks.glob(f"*/{FILE}"))
    if not names:
        return f"There is no stack in {stacks} yet. Write one with 'lockgate init'."
    from lockgate.charter.explain import closest

    near = closest(wanted, names)
    meant = f"Did you mean {near}? " if near else ""
    return f"{meant}Stacks in {stacks}: {', '.join(names)}."
