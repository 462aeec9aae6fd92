"""Where a finding is: the resource as people name it, and the line of the program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from lockgate.report import safe


class Resource(NamedTuple):
    """A resource as its program names it."""

    name: str
    type: str


class Line(NamedTuple):
    """A line of the program; ``number`` is None where only the file is known."""

    file: str
    number: int | None


def resource(urn: str) -> Resource:
    """The name and the type that a URN ends in.

    A URN is ``urn:pulumi:stack::project::type$of$parents::name``
    (https://www.pulumi.com/docs/iac/concepts/resources/names/). One of another shape is its own name.
    """
    parts = urn.split("::", 3)
    if len(parts) != 4:
        return Resource(urn, "")
    return Resource(parts[3], python_type(parts[2].rsplit("$", 1)[-1]))


def python_type(token: str) -> str:
    """A type as a Python program writes it: ``gcp:billing/budget:Budget`` is ``gcp.billing.Budget``."""
    parts = token.split(":")
    if len(parts) != 3:
        return token
    package, module, name = parts
    module = module.split("/", 1)[0]
    return f"{package}.{name}" if module in {"", "index"} else f"{package}.{module}.{name}"


def source_line(source: str) -> Line:
    """The file and line of a source such as ``infra/__main__.py:12``."""
    file, colon, number = source.rpartition(":")
    return Line(file, int(number)) if colon and file and number.isascii() and number.isdigit() else Line(source, None)


def labels(urns: Iterable[str]) -> dict[str, str]:
    """What to call each resource: name and type, or the whole URN where two share both."""
    called: dict[Resource, set[str]] = {}
    for urn in urns:
        called.setdefault(resource(urn), set()).add(urn)
    return {urn: _label(who) if len(same) == 1 else safe.line(urn) for who, same in called.items() for urn in same}


def _label(who: Resource) -> str:
    return safe.line(f"{who.name} ({who.type})" if who.type else who.name)
