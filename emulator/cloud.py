"""The emulated Google Cloud as one object: `handle(Request) -> Response`. No sockets here; time and chance are handed
in.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from emulator import address, faults, front_page, standard, understand
from emulator.call import Answer, Call, Piece
from emulator.context import Context
from emulator.discovery.model import Method
from emulator.exchange import Request, Response
from emulator.faults import Faults
from emulator.recent import Recent
from emulator.script import Script
from emulator.service import Service, load
from emulator.state.ids import Ids
from emulator.state.operations import Operations
from emulator.state.policies import Policies
from emulator.state.projects import Projects, project_in
from emulator.state.store import Store
from emulator.wire import answer as wire_answer
from emulator.wire.body import read_json
from emulator.wire.errors import COMPUTE, STANDARD, GoogleError, envelope, invalid
from emulator.witness import Witnesses

JSON = dict[str, Any]

LOG = logging.getLogger("lockgate.emulator")
FORMAT = "lockgate.emulator/1"


class Cloud:
    """All services, all state."""

    def __init__(self, *, seed: int | None = None, clock: Callable[[], float] = time.time) -> None:
        self.ids = Ids(seed, clock)
        self.store = Store()
        self.policies = Policies(self.ids)
        self.operations = Operations()
        self.projects = Projects()
        self.faults = Faults()
        self.script = Script()
        self.calls: dict[str, int] = {}
        """Discovery id to number of calls that were understood, since the last reset."""
        self.recent = Recent()
        self.witnesses = Witnesses()
        """Who has driven which method: what the coverage page is made from."""
        self.outbox: list[JSON] = []
        """What services want delivered over the network (Pub/Sub push): the shell empties it. At most 10,000."""

    # ---- state ------------------------------------------------------------------------------------------------------
    def reset(self) -> None:
        """Empties everything."""
        for part in (self.store, self.policies, self.operations, self.projects):
            part.clear()
        self.faults.planted.clear()
        self.script.answers.clear()
        self.calls.clear()
        self.recent.clear()
        self.outbox.clear()

    def snapshot(self) -> JSON:
        """The whole as JSON."""
        return {
            "format": FORMAT,
            "store": self.store.snapshot(),
            "policies": self.policies.snapshot(),
            "operations": self.operations.snapshot(),
            "projects": self.projects.snapshot(),
            "faults": self.faults.snapshot(),
            "script": list(self.script.answers),
        }

    def restore(self, saved: object) -> None:
        """Becomes what was saved; on an unreadable state nothing changes, and the answer is 400."""
        if not isinstance(saved, dict) or saved.get("format") != FORMAT:
            raise invalid(f'a saved state has "format": "{FORMAT}"')
        before = self.snapshot()
        try:
            self._restore(saved)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._restore(before)
            raise invalid(f"this state cannot be read: {type(error).__name__}: {error}") from None

    def _restore(self, saved: JSON) -> None:
        self.store.restore(saved["store"])
        self.policies.restore(saved["policies"])
        self.operations.restore(saved["operations"])
        self.projects.restore(saved["projects"])
        self.faults.planted = faults.read(saved.get("faults") or [])
        self.script.answers.clear()
        self.script.add(saved.get("script") or [])

    # ---- requests ---------------------------------------------------------------------------------------------------
    def handle(self, request: Request) -> Response:
        """Answers one request. A fault of our own is 500 with a text, never a crash."""
        if request.path == "/" or request.path.startswith("/_"):
            return self._guarded(request, self._own)
        began = time.perf_counter()
        answer = self._guarded(request, self._google)
        self.recent.saw(
            self.ids.clock(),
            request.method,
            request.path,
            status=0 if answer.drop else answer.status,
            seconds=time.perf_counter() - began,
            body=answer.body,
        )
        return answer

    @staticmethod
    def _guarded(request: Request, answer: Callable[[Request], Response]) -> Response:
        try:
            return answer(request)
        except GoogleError as error:
            return _refused(error, STANDARD)
        except RecursionError:
            return _refused(invalid("Invalid JSON payload received. Message too deep."), STANDARD)
        except Exception:
            LOG.exception("%s %s", request.method, request.path)
            return _refused(
                GoogleError("INTERNAL", "Internal error encountered: a fault of the emulator's own, see its log."),
                STANDARD,
            )

    def _own(self, request: Request) -> Response:
        """The emulator's own doors."""
        route = (request.method, request.path)
        if route in _DOORS:
            return _json(_DOORS[route](self, read_json(request.body)))
        if route in (("GET", "/"), ("HEAD", "/")):
            # A lone surrogate is text to JSON and no character to UTF-8.
            page = front_page.render(self, request.query).encode("utf-8", "backslashreplace")
            return Response(200, page, front_page.HEADERS)
        match route:
            case ("POST", "/_reset"):
                self.reset()
                return _json({})
            case ("POST", "/_seed"):
                self.seed(read_json(request.body))
                return _json({})
            case ("GET", "/_state"):
                return _json(self.snapshot())
            case ("PUT", "/_state"):
                self.restore(read_json(request.body))
                return _json({})
            case ("POST", "/_faults"):
                self.faults.planted.extend(faults.read(read_json(request.body)))
                return _json({"faults": self.faults.snapshot()})
            case ("GET", "/_faults"):
                return _json({"faults": self.faults.snapshot()})
            case ("DELETE", "/_faults"):
                self.faults.planted.clear()
                return _json({})
            case ("POST", "/_script"):
                self.script.add(read_json(request.body))
                return _json({})
            case ("DELETE", "/_script"):
                self.script.answers.clear()
                return _json({})
            case ("GET", "/_calls" | "/_witnesses"):
                return _json(self.calls if request.path == "/_calls" else self.witnesses.calls)
        raise GoogleError("NOT_FOUND", f"The emulator has no {request.method} {request.path[:200]}.")

    def seed(self, raw: object) -> None:
        """Creates projects, folders, organizations and billing accounts: see `POST /_seed` in the design."""
        known = {"projects", "organizations", "folders", "billingAccounts"}
        if not isinstance(raw, dict) or set(raw) - known:
            raise invalid(f"/_seed takes an object with {', '.join(sorted(known))}")
        for items in raw.values():
            if not isinstance(items, list) or not all(isinstance(i, dict) and str(i.get("id", "")) for i in items):
                raise invalid('each list of /_seed holds objects with an "id"')
        try:
            self.projects.seed(raw)
        except (TypeError, AttributeError) as error:
            raise invalid(f"this seed cannot be read: {error}") from None
        now = self.ids.now()
        for body in [p.body for p in self.projects.projects.values()] + [
            c.body for c in self.projects.containers.values()
        ]:
            if "createTime" not in body:
                body |= {"createTime": now, "updateTime": now, "etag": self.ids.etag(), "state": "ACTIVE"}

    def _google(self, request: Request) -> Response:
        verb, body, query = request.method, request.body, request.query
        override = request.headers.get("x-http-method-override", "").upper()
        if verb == "POST" and override:
            # googleapiclient sends a query that is too long for a URL as the body of a POST
            verb = override
            if override == "GET":
                query, body = body.decode("utf-8", "replace"), b""
        found = address.find("GET" if verb == "HEAD" else verb, request.path, request.headers.get("host", ""))
        if found is None:
            return _refused(GoogleError("NOT_FOUND", f"Method not found: {verb} {request.path[:300]}"), STANDARD)
        service = load(found.label)
        try:
            return self._call(service, found, Request(verb, request.path, query, request.headers, body))
        except GoogleError as error:
            return _refused(error, service.errors)

    def _call(self, service: Service, found: address.Addressed, request: Request) -> Response:
        method = found.match.method
        self.calls[method.id] = self.calls.get(method.id, 0) + 1
        common, query = understand.query_of(found, request.query, service)
        planted = self.faults.take(service.label, method.id, found.path, faults.AT_ONCE | faults.ON_THE_WAY)
        delay = 0.0
        if planted is not None:
            if planted.kind == "dropped":
                return Response(0, drop=True)
            if planted.kind in faults.AT_ONCE:
                project = project_in(found.match.target)
                raise faults.refusal(planted, service.label, self.projects.number_of(project))
            delay = planted.seconds if planted.kind == "slow" else 0.0
        target = self._admit(service, found, request)
        body, sent = understand.body_of(service, found, request)
        call = Call(
            service.label, found.api, method, found.match.variables, query, body, request.body, request.headers,
            target, found.path,
            found.match.upload, found.match.download, sent, common.get("alt", ""),
        )  # fmt: skip
        handler = service.handler(method) or standard.handler_of(method)
        if handler is None:
            raise standard.unimplemented(call)
        context = self.context(service, call)
        result = handler(context, call)
        response = self._response(result, common, delay, head=request.method == "HEAD")
        if response.status < 400:
            self.witnesses.saw(request.headers, method.id)
        return _spoilt(response, planted.kind) if planted is not None else response

    def context(self, service: Service, call: Call) -> Context:
        """What a handler works with."""
        return Context(
            self.store,
            self.policies,
            self.operations,
            self.projects,
            self.ids,
            self.faults,
            self.script,
            service,
            call,
            self,
        )

    def _admit(self, service: Service, found: address.Addressed, request: Request) -> str:
        """The canonical target, once the project exists and has the API enabled."""
        target = found.match.target
        named = project_in(target) or found.match.variables.get("projectId", "")
        if named:
            project = self.projects.find(named)
            creating = service.label == "cloudresourcemanager"
            if project is None and not creating:
                if service.unknown_project is not None:
                    raise service.unknown_project(named)
                self.projects.require(named, service.label)
            elif not creating:
                self.projects.require(named, service.label)
        billed = request.headers.get("x-goog-user-project", "")
        if billed and self.projects.find(billed) is not None:
            self.projects.require(billed, service.label)
        return self.projects.canonical(target)

    def _response(
        self, result: JSON | Answer | None, common: Mapping[str, str], delay: float, *, head: bool
    ) -> Response:
        answered = result if isinstance(result, Answer) else Answer(result if result is not None else {})
        headers = dict(answered.headers)
        if isinstance(answered.body, bytes):
            return Response(
                answered.status,
                b"" if head else answered.body,
                {"Content-Type": "application/octet-stream", **headers},
                delay,
                pieces=() if head else answered.pieces,
            )
        if answered.body is None:
            return Response(answered.status, b"", headers, delay)
        body = wire_answer.pruned(answered.body)
        if common.get("fields"):
            body = wire_answer.select(body, wire_answer.parse_fields(common["fields"]))
        data = wire_answer.encode(body, pretty=common.get("prettyPrint", "").lower() in ("true", "1"))
        if (
            isinstance(body, dict)
            and isinstance(body.get("etag"), str)
            and body["etag"].isascii()
            and body["etag"].isprintable()
        ):
            headers.setdefault("ETag", body["etag"])
        return Response(
            answered.status,
            b"" if head else data,
            {"Content-Type": "application/json; charset=UTF-8", **headers},
            delay,
        )


def _spoilt(response: Response, kind: str) -> Response:
    """An answer that is cut off or garbled in its middle."""
    half = response.body[: len(response.body) // 2]
    if kind == "garbled":
        return replace(response, body=half, pieces=())
    if kind == "cut":
        headers = {**response.headers, "Content-Length": str(len(response.body))}
        return replace(response, headers=headers, pieces=(Piece(half), Piece(b"", cut=True)))
    return response


def _spend(cloud: Cloud, raw: object) -> JSON:
    from emulator.services.billingbudgets import spend

    return spend.post(cloud, raw)


def _quotas(cloud: Cloud, raw: object) -> JSON:
    from emulator.services.cloudquotas import limits

    limits.declare(cloud.store, raw)
    return {}


_DOORS: dict[tuple[str, str], Callable[[Cloud, object], JSON]] = {
    ("POST", "/_spend"): _spend,
    ("POST", "/_quotas"): _quotas,
}
"""Addresses of the emulator's own that belong to one service, whose module is loaded when one is used."""


def _json(body: Any) -> Response:
    return Response(200, wire_answer.encode(body), {"Content-Type": "application/json; charset=UTF-8"})


def _refused(error: GoogleError, family: str) -> Response:
    headers = {"Content-Type": "application/json; charset=UTF-8", **error.headers}
    return Response(error.code, wire_answer.encode(envelope(error, family)), headers)


__all__ = ["COMPUTE", "Cloud", "Method", "Request", "Response"]
