"""The registry of rules: what each rule says of itself in the METADATA at the head of its file.

OPA's own ``rego.metadata`` and ``opa inspect`` read the same blocks; here they are read without OPA, so
that a rule can be listed, and a remote server's findings judged, on a machine that has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

import msgspec

from lockgate.errors import NoDecision
from lockgate.verdict import SEVERITIES, Severity

STACK = "stack"
_ID = re.compile(r"[A-Z]{2,8}-[0-9]{3}")
_PATH = re.compile(r"rules/([a-z_]+)/([a-z0-9_]+)\.rego")
_PACKAGE = re.compile(r"^package\s+(\S+)", re.MULTILINE)
_FINDINGS = re.compile(r"^findings contains\b", re.MULTILINE)


class Custom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys under ``custom`` in a rule's METADATA."""

    id: str
    severity: Severity
    group: str
    needs_charter: bool
    judges: list[str] | str
    remediation: str
    controls: list[str]


class Metadata(msgspec.Struct, frozen=True):
    """A rule's METADATA, as far as Lockgate reads it."""

    title: str
    description: str
    schemas: list[dict[str, str]]
    custom: Custom


class Rule(msgspec.Struct, frozen=True):
    """What is known of a rule without running it."""

    id: str
    title: str
    description: str
    severity: Severity
    group: str
    needs_charter: bool
    judges: tuple[str, ...]
    """Resource types each of which gets a finding, or ``("stack",)``. A type may end in ``*``."""
    remediation: str
    controls: tuple[str, ...]
    path: str
    """The file, relative to the policies folder."""

    @property
    def judges_stack(self) -> bool:
        """Whether the rule owes a finding on the stack as a whole."""
        return self.judges == (STACK,)


def read(sources: Mapping[str, bytes]) -> tuple[Rule, ...]:
    """The rules among ``sources`` (path relative to the policies folder -> text), by id.

    Raises NoDecision, naming file and line, when a file under ``rules/`` is not a rule as the conventions
    in ``policies/README.md`` have it.
    """
    rules = [_rule(path, raw.decode()) for path, raw in sorted(sources.items()) if path.startswith("rules/")]
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            raise NoDecision(f"policies/{rule.path}:1: {rule.id} is already the id of {seen[rule.id]}. Number it anew.")
        seen[rule.id] = rule.path
    if not rules:
        raise NoDecision(
            "the policies hold no rule: nothing under rules/ ends in .rego. A plan is not judged by nothing."
        )
    return tuple(sorted(rules, key=lambda rule: rule.id))


def _rule(path: str, text: str) -> Rule:
    place = _PATH.fullmatch(path)
    if place is None:
        raise NoDecision(
            f"policies/{path}:1: a rule is rules/<group>/<id>.rego, in lower case with _. Move or rename it."
        )
    group, stem = place.groups()
    metadata, line = _metadata(path, text)
    custom = metadata.custom
    wanted = f"lockgate.rules.{group}.{stem}"
    package = _PACKAGE.search(text)
    problems = [
        (
            not _ID.fullmatch(custom.id),
            f"custom.id is {custom.id!r}, expected letters and three digits such as FIN-001",
        ),
        (custom.id.lower().replace("-", "_") != stem, f"custom.id is {custom.id}, but the file is {stem}.rego"),
        (custom.group != group, f"custom.group is {custom.group}, but the folder is {group}"),
        (package is None or package[1] != wanted, f"the package is {package and package[1]}, expected {wanted}"),
        (not _FINDINGS.search(text), "the rule has no 'findings contains …'"),
        (_schema(metadata) != 'schema["input"]', 'schemas lacks - input: schema["input"], which catches misspelt keys'),
        (not _judges(custom), "custom.judges is neither 'stack' nor a list of resource types"),
        (not metadata.title.strip() or not metadata.description.strip(), "title or description is empty"),
        (not custom.remediation.strip(), "custom.remediation is empty: say what to change"),
    ]
    for wrong, message in problems:
        if wrong:
            raise NoDecision(f"policies/{path}:{line}: {message}. See policies/README.md.")
    return Rule(
        id=custom.id,
        title=metadata.title,
        description=metadata.description.strip(),
        severity=custom.severity,
        group=custom.group,
        needs_charter=custom.needs_charter,
        judges=_judges(custom),
        remediation=custom.remediation,
        controls=tuple(custom.controls),
        path=path,
    )


def _judges(custom: Custom) -> tuple[str, ...]:
    """The types judged, or ``("stack",)``; empty when the key is not of the form."""
    if custom.judges == STACK:
        return (STACK,)
    if isinstance(custom.judges, str):
        return ()
    return tuple(custom.judges) if all(":" in item or item == "*" for item in custom.judges) else ()


def _schema(metadata: Metadata) -> str | None:
    return next((item["input"] for item in metadata.schemas if "input" in item), None)


def _metadata(path: str, text: str) -> tuple[Metadata, int]:
    """The METADATA block for the package, and the line on which it starts."""
    import yaml

    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if line.strip() == "# METADATA"), None)
    first = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    if start is None or start > first:
        raise NoDecision(f"policies/{path}:1: the file does not begin with a METADATA block. See policies/README.md.")
    block = [line.removeprefix("#").removeprefix(" ") for line in lines[start + 1 : first]]
    where = f"policies/{path}:{start + 1}"
    try:
        return msgspec.convert(yaml.safe_load("\n".join(block)), Metadata), start + 1
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = start + 2 + mark.line if mark else start + 1
        raise NoDecision(
            f"policies/{path}:{line}: the METADATA is not YAML: {getattr(error, 'problem', error)}."
        ) from None
    except msgspec.ValidationError as error:
        raise NoDecision(f"{where}: the METADATA is not complete: {_plain(error)}. See policies/README.md.") from None


def _plain(error: msgspec.ValidationError) -> str:
    """msgspec's message with the path as a person writes it: ``custom.severity``, not ``$.custom.severity``."""
    text = str(error).replace("`$.", "`").replace(" - at `$`", "")
    return text.replace("Invalid enum value", f"not one of {', '.join(SEVERITIES)}:") if "enum" in text else text


def matching(pattern: str, types: Sequence[str]) -> list[str]:
    """The types that a rule's ``judges`` entry names; an entry that ends in ``*`` names a family."""
    if pattern.endswith("*"):
        return [type_ for type_ in types if type_.startswith(pattern[:-1])]
    return [type_ for type_ in types if type_ == pattern]


def as_data(rules: Sequence[Rule]) -> list[Any]:
    """The registry as plain JSON data, for ``policy list --format json``."""
    return [msgspec.to_builtins(rule) for rule in rules]


assert get_args(Severity) == SEVERITIES  # noqa: S101 - the order in which reports sort is the type's order
