"""Which built-in functions a rule may call, as the capabilities file that OPA compiles against.

A rule is a function of ``input`` and ``data``: the same plan gets the same verdict on every machine and
on every day. So nothing that reaches the network, the clock, chance or the process is allowed, nor what
writes to a log that nobody reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

BASE = "v1.4.0"
"""The oldest OPA that is accepted: a rule may not need a built-in that it lacks."""

_BANNED = frozenset(
    {
        "http.send",
        "net.lookup_ip_addr",
        "opa.runtime",
        "time.now_ns",
        "uuid.rfc4122",
        "print",
        "internal.print",
        "trace",
        "rego.parse_module",
        "providers.aws.sign_req",
    }
)
_BANNED_FAMILIES = ("rand.", "io.jwt.", "crypto.x509.", "crypto.parse_", "graphql.", "rego.metadata.")


def allowed(name: str) -> bool:
    """Whether a rule may call the built-in of this name."""
    return name not in _BANNED and not name.startswith(_BANNED_FAMILIES)


def render(base: Mapping[str, Any]) -> str:
    """The text of ``policies/capabilities.json``, from ``opa capabilities --version`` of BASE.

    One built-in a line, so that a review sees which one came or went.
    """
    builtins = [
        json.dumps({key: builtin[key] for key in ("name", "infix", "decl") if key in builtin}, sort_keys=True)
        for builtin in sorted(base["builtins"], key=lambda builtin: str(builtin["name"]))
        if allowed(builtin["name"])
    ]
    lines = ",\n  ".join(builtins)
    return f'{{\n "allow_net": [],\n "features": ["rego_v1"],\n "builtins": [\n  {lines}\n ]\n}}\n'
