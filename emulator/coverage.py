"""What is emulated: each method of the services served, and whether anything answers it."""

from __future__ import annotations

from dataclasses import dataclass

from emulator import standard
from emulator.discovery.document import LABELS, api, versions
from emulator.discovery.model import Method
from emulator.service import Service, load


@dataclass(frozen=True)
class Coverage:
    """One service."""

    label: str
    versions: tuple[str, ...]
    methods: frozenset[str]
    """Discovery ids of all versions: the versions of a method share one."""
    emulated: frozenset[str]
    """Those that something answers: a handler of the service's own, or the generic one of a standard verb."""
    own: frozenset[str]
    """Those of the emulated that have a handler of the service's own."""


def coverage() -> list[Coverage]:
    """Every service, in alphabetical order. Loads every discovery document: some seconds."""
    return [_of(label) for label in sorted(LABELS)]


def _of(label: str) -> Coverage:
    service = load(label)
    served = service.versions or versions(label)
    methods = [method for version in served for method in _methods(label, version)]
    return Coverage(
        label,
        tuple(served),
        frozenset(method.id for method in methods),
        frozenset(method.id for method in methods if _answered(service, method)),
        frozenset(method.id for method in methods if _own(service, method)),
    )


def _methods(label: str, version: str) -> list[Method]:
    return list(api(label, version)[0].methods.values())


def _own(service: Service, method: Method) -> bool:
    handler = service.handler(method)
    return handler is not None and handler is not standard.refused


def _answered(service: Service, method: Method) -> bool:
    handler = service.handler(method)
    if handler is not None:
        return handler is not standard.refused
    if standard.handler_of(method) is standard.undelete:  # only what is deleted softly comes back
        return service.resource(method.collection).soft_delete
    return standard.handler_of(method) is not None
