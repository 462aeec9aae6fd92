"""Faults on request: what `POST /_faults` plants and which call meets it.

    {"faults": [{"kind": "rate_limited", "service": "aiplatform", "method": "*.endpoints.create", "path":
    "europe-west4", "count": 2}]}

`service` is a label, `method` a discovery id (`*` stands for anything), `path` a regular expression searched in the
path; what is left out fits every call. A fault is met `count` times (1 unless given; 0 means always), then it is gone.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from emulator.wire.errors import GoogleError, error_info, invalid

JSON = dict[str, Any]

KINDS: dict[str, str] = {
    "rate_limited": "429 with Retry-After (`seconds`)",
    "unavailable": "503",
    "internal": "500",
    "quota_denied": "403 and a quota's name",
    "permission_denied": "403",
    "slow": "answers after `seconds`",
    "slow_operation": "the operation needs `polls` polls",
    "failed_operation": "it ends with `status` and `message`, and changes nothing",
    "dropped": "the connection is closed without an answer",
    "cut": "it is closed after half of the answer",
    "garbled": "half of the answer is sent as the whole",
}
"""What each kind of fault does to a call."""


@dataclass
class Fault:
    """One planted fault."""

    kind: str
    service: str = ""
    method: str = ""
    path: str = ""
    count: int = 1
    seconds: float = 1.0
    """Delay of a `slow` answer, or Retry-After of a `rate_limited` one."""
    polls: int = 3
    message: str = ""
    status: str = "INTERNAL"
    """Canonical status of a failed operation."""

    def fits(self, service: str, method: str, path: str) -> bool:
        """Whether a call meets it."""
        return (
            self.service in ("", service)
            and (not self.method or fnmatchcase(method, self.method))
            and (not self.path or re.search(self.path, path) is not None)
        )


def read(raw: object) -> list[Fault]:
    """The faults in a body of `POST /_faults`, or 400."""
    items = raw.get("faults") if isinstance(raw, dict) and "faults" in raw else raw
    if isinstance(items, dict):
        items = [items]
    if not isinstance(items, list):
        raise invalid('/_faults takes {"faults": [{"kind": …}]}')
    found = []
    known = set(Fault.__dataclass_fields__)
    for item in items:
        if not isinstance(item, dict) or item.get("kind") not in KINDS or set(item) - known:
            raise invalid(
                f"a fault has a kind of {', '.join(sorted(KINDS))} "
                f"and the keys {', '.join(sorted(known))}; got {item!r:.200}"
            )
        try:
            fault = Fault(**item)
            re.compile(fault.path)
            fault.count, fault.polls, fault.seconds = int(fault.count), int(fault.polls), float(fault.seconds)
        except (TypeError, ValueError, re.error) as error:
            raise invalid(f"this fault cannot be read: {error}") from None
        found.append(fault)
    return found


class Faults:
    """The planted faults, oldest first."""

    def __init__(self) -> None:
        self.planted: list[Fault] = []

    def take(self, service: str, method: str, path: str, kinds: frozenset[str]) -> Fault | None:
        """The first fault of one of those kinds that a call meets; it counts as met."""
        for fault in self.planted:
            if fault.kind in kinds and fault.fits(service, method, path):
                if fault.count > 0:
                    fault.count -= 1
                    if fault.count == 0:
                        self.planted.remove(fault)
                return fault
        return None

    def snapshot(self) -> list[JSON]:
        """The whole as JSON."""
        return [asdict(f) for f in self.planted]


AT_ONCE = frozenset({"rate_limited", "unavailable", "internal", "quota_denied", "permission_denied"})
"""Kinds that refuse the call."""
ON_THE_WAY = frozenset({"slow", "dropped", "cut", "garbled"})
"""Kinds that spoil the way to the caller."""


def refusal(fault: Fault, service: str, project_number: str) -> GoogleError:
    """The refusal that a fault of a kind in `AT_ONCE` makes."""
    host = f"{service}.googleapis.com"
    consumer = {"service": host, "consumer": f"projects/{project_number}"}
    match fault.kind:
        case "rate_limited":
            info = error_info(
                "RATE_LIMIT_EXCEEDED",
                "googleapis.com",
                {**consumer, "quota_limit": "DefaultRequestsPerMinutePerProject"},
            )
            text = (
                fault.message
                or f"Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service '{host}'."
            )
            return GoogleError(
                "RESOURCE_EXHAUSTED", text, details=(info,), headers={"Retry-After": str(max(0, round(fault.seconds)))}
            )
        case "unavailable":
            return GoogleError("UNAVAILABLE", fault.message or "The service is currently unavailable.")
        case "internal":
            return GoogleError("INTERNAL", fault.message or "Internal error encountered.")
        case "quota_denied":
            info = error_info("QUOTA_EXCEEDED", "googleapis.com", consumer)
            return GoogleError(
                "RESOURCE_EXHAUSTED",
                fault.message or "Quota exceeded.",
                code=403,
                reason="quotaExceeded",
                details=(info,),
            )
    info = error_info("IAM_PERMISSION_DENIED", "iam.googleapis.com", {"permission": fault.message or "unknown"})
    return GoogleError("PERMISSION_DENIED", fault.message or "The caller does not have permission", details=(info,))
