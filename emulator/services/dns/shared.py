"""How Cloud DNS refuses."""

from __future__ import annotations

from emulator.context import Context
from emulator.wire.errors import GoogleError

KINDS = {"managedZones": "managedZone", "policies": "policy", "responsePolicies": "responsePolicy"}


def invalid(field: str, value: object) -> GoogleError:
    """400 for the value of a field."""
    return GoogleError("INVALID_ARGUMENT", f"Invalid value for '{field}': '{value}'", reason="invalid")


def not_found(ctx: Context, kind: str, name: str) -> GoogleError:
    """404 in Cloud DNS's words."""
    del ctx, kind
    parts = name.split("/")
    what = KINDS.get(parts[-2], parts[-2])
    text = f"The 'parameters.{what}' resource named '{parts[-1]}' does not exist."
    return GoogleError("NOT_FOUND", text, reason="notFound")
