"""Resolve the types that a program uses once, in the process from which its recordings are forked.

The SDK evaluates the annotations of each class that a program uses when it is first used, and remembers them: half the
time of a recording. A fork tells which classes it used; resolved in its parent, they are remembered in the next fork.
The SDK has no public door to that memory. Where it changes, nothing is remembered and recordings only take longer.
"""

from __future__ import annotations

import contextlib
import sys
from typing import Any


def observe() -> set[str]:
    """A set that from now on collects the classes whose types are resolved, as ``module:name``."""
    from pulumi import _types

    used: set[str] = set()
    resolve = getattr(_types, "_raw_return_hints", None)
    if resolve is not None:

        def noted(cls: type) -> Any:
            used.add(f"{cls.__module__}:{cls.__qualname__}")
            return resolve(cls)

        _types._raw_return_hints = noted  # type: ignore[assignment]
    return used


def resolve_ahead(used: list[str]) -> None:
    """Resolve the types of classes that are loaded here."""
    from pulumi import _types

    resolve = getattr(_types, "_types_from_py_properties", None)
    for name in used:
        module, _, qualified = name.partition(":")
        cls = getattr(sys.modules.get(module), qualified, None)
        if resolve is not None and isinstance(cls, type):
            with contextlib.suppress(NameError, TypeError, AttributeError):  # the fork that needs it will say so
                resolve(cls)
