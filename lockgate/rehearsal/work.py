"""One resource while it is carried out."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from lockgate.plan.model import Resource
from lockgate.rehearsal.client import Client, Exchange, Request
from lockgate.rehearsal.mapping import body as bodies
from lockgate.rehearsal.mapping import template
from lockgate.rehearsal.mapping.model import Entry


class Gone(Exception):
    """A resource that was looked for in a list is not in it."""


@dataclass
class Shared:
    """What all resources of a rehearsal share."""

    client: Client
    setting: bodies.Setting
    project: str | None
    """The provider's, for resources that name none."""
    locks: defaultdict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))
    """One writer at a time for each IAM policy, as the provider has it."""


@dataclass
class Work:
    """A resource with what is known of it so far."""

    resource: Resource
    entry: Entry
    shared: Shared
    inputs: dict[str, Any] = field(default_factory=dict)
    """With every unknown resolved."""
    sent: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    made: list[Exchange] = field(default_factory=list)
    seconds: float = 0.0

    def values(self, **more: Any) -> dict[str, Any]:
        """What templates are filled with."""
        default = {"project": self.shared.project} if self.shared.project else {}
        known = {**default, **self.inputs, "answer": self.answer, "sent": self.sent, **more}
        known["self"] = None
        if "{self}" not in self.entry.name:
            # A name that the server makes is not known before it has answered.
            with contextlib.suppress(template.Missing):
                known["self"] = template.expand(self.entry.name, known)
        return known

    def request(self, text: str, *, body: Any = None, service: str | None = None, **more: Any) -> Request:
        """A call of the mapping. Raises template.Missing when a value for it is not there."""
        values = self.values(**more)
        call = bodies.parsed(text.replace("{self}", values["self"] or "{self}"), values)
        return Request(service or self.entry.service, call.method, call.path, call.query, body)

    async def send(self, request: Request) -> dict[str, Any]:
        """Make a call. Raises Refusal."""
        return await self.shared.client.send(request, self.made)

    async def call(self, text: str, *, body: Any = None, service: str | None = None, **more: Any) -> dict[str, Any]:
        """Make a call of the mapping. Raises Refusal."""
        return await self.send(self.request(text, body=body, service=service, **more))

    def output(self, name: str) -> str:
        """An output property of the SDK. Raises template.Missing when Google's answer has not got it."""
        return template.expand(self.entry.outputs[name], self.values(), encode=False) or ""

    @property
    def rest_name(self) -> str:
        """The resource's name as its service has it, or where it is to be."""
        values = self.values()
        path = unquote(values["self"] or "")
        for prefix in (f"{self.entry.service}/", "upload/"):
            path = path.removeprefix(prefix)
        return path.partition("/")[2] or path
