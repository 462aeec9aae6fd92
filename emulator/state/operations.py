"""Long-running operations. The work is done when the operation starts; its first answer still says "running", the next
one "done".

A planted fault can make one slow (more polls) or failed. The latest `LIMIT` are kept, so that memory stays flat.
Families: google.longrunning (`name, metadata, done, response`), compute (`compute#operation`) and sqladmin
(`sql#operation`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from emulator.state.store import copied

JSON = dict[str, Any]

LIMIT = 2_000
"""Operations kept: the oldest are forgotten first. A client asks for its own within seconds; each takes some 4 KB."""


@dataclass(slots=True)
class Operation:
    """One operation: the answer while it runs, the answer when it is done, and how many more polls it runs for."""

    service: str
    name: str
    running: JSON
    finished: JSON
    polls: int = 0
    done: bool = False

    def view(self) -> JSON:
        """What a client sees now."""
        return copied(self.finished if self.done else self.running)


class Operations:
    """The operations of every service by name."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], Operation] = OrderedDict()

    def clear(self) -> None:
        """Empties it."""
        self._held.clear()

    def add(self, operation: Operation) -> JSON:
        """Keeps an operation; the answer is its first view."""
        self._held[(operation.service, operation.name)] = operation
        while len(self._held) > LIMIT:
            self._held.popitem(last=False)
        return operation.view()

    def poll(self, service: str, name: str) -> JSON | None:
        """What a client that asks sees; asking often enough finishes a slow one. None if there is no such operation."""
        operation = self._held.get((service, name))
        if operation is None:
            return None
        if operation.polls > 0:
            operation.polls -= 1
        else:
            operation.done = True
        return operation.view()

    def finish(self, service: str, name: str) -> JSON | None:
        """The finished operation, without waiting (`:wait`)."""
        operation = self._held.get((service, name))
        if operation is None:
            return None
        operation.done, operation.polls = True, 0
        return operation.view()

    def forget(self, service: str, name: str) -> bool:
        """Deletes an operation's record; whether there was one."""
        return self._held.pop((service, name), None) is not None

    def below(self, service: str, parent: str) -> list[JSON]:
        """The operations of a service whose names begin with `<parent>/operations/`, newest first."""
        prefix = f"{parent}/operations/" if parent else "operations/"
        return [o.view() for (s, n), o in reversed(self._held.items()) if s == service and n.startswith(prefix)]

    def snapshot(self) -> list[JSON]:
        """The whole as JSON."""
        return [copied(asdict(o)) for o in self._held.values()]

    def restore(self, saved: list[Mapping[str, Any]]) -> None:
        """Becomes what was saved."""
        self.clear()
        for raw in saved:
            operation = Operation(**copied(dict(raw)))
            self._held[(operation.service, operation.name)] = operation
