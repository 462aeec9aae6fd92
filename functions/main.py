"""The entry points: ``router`` answers cases over HTTP, ``spend_guard`` hears the budget over Pub/Sub.

``routes.json`` lies beside this file in the archive. A function whose routes are wrong, or are not those that the gate
judged, does not start. Neither keeps a queue of cases for review: the caller owns it.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import aiohttp
import functions_framework.aio
import msgspec
from cloudevents.http.event import CloudEvent
from starlette.requests import Request
from starlette.responses import Response

from flow import answer as flow
from journal.entry import Entry, write
from normalise.case import MOST_BYTES, BadRequestError, Case, parse
from route.table import Route, load
from spend import record as spend
from spend.store import Store, StoreError, Watch
from vertex.call import Place, Vertex
from vertex.shape import Prompt, Reply
from vertex.token import NoTokenError, Token

TABLE = load(Path(__file__).with_name("routes.json").read_bytes(), os.environ.get("ROUTES"))
STATE_BUCKET = os.environ["STATE_BUCKET"]
PLACE = Place(
    root=os.environ.get("VERTEX_URL", f"https://{TABLE.region}-aiplatform.googleapis.com"),
    parent=f"projects/{TABLE.project}/locations/{TABLE.region}",
    deployed=msgspec.json.decode(os.environ.get("DEPLOYED_URLS", "{}"), type=dict[str, str]),
    armor=os.environ.get("MODEL_ARMOR_TEMPLATE"),
)


@dataclass(frozen=True)
class Clients:
    """The connections of one process."""

    token: Token
    vertex: Vertex
    store: Store
    watch: Watch


@cache
def clients() -> Clients:
    """Made at the first request: functions-framework runs nothing inside the event loop before it."""
    session = aiohttp.ClientSession()
    token = Token()
    store = Store(session, token, os.environ.get("STORAGE_URL", "https://storage.googleapis.com"), STATE_BUCKET)
    return Clients(token, Vertex(session, token, PLACE), store, Watch(store, time.monotonic))


@functions_framework.aio.http
async def router(request: Request) -> Response:
    """``POST /cases`` takes a case its way; ``POST /probe`` is the scheduler's heartbeat."""
    wanted = {"/cases": _case, "/probe": _probe}.get(request.url.path)
    if wanted is None:
        return _json(404, {"error": "no such path; POST a case to /cases"})
    if request.method != "POST":
        return _json(405, {"error": f"{request.url.path} takes POST only"})
    return await wanted(request)


@functions_framework.aio.cloud_event
async def spend_guard(event: CloudEvent) -> None:
    """Keep the spend record, and say it loudly when the charter's limit is reached.

    It stops model calls through the router only: what is deployed goes on costing money by the hour. An error of the
    store is raised, so that Eventarc delivers the notification again; a message of another form is logged and dropped.
    """
    try:
        said = spend.notification(event.data)
    except spend.BadMessageError as error:
        write(Entry("ERROR", "spend", f"a budget notification was dropped: {error}", cause="bad-message"))
        return
    store = clients().store
    known, generation = await store.read()
    new = spend.advance(known, said)
    if new != known:
        await store.write(new, generation)
    stop = spend.over(new, TABLE.monthly_limit, TABLE.currency)
    write(
        Entry(
            "CRITICAL" if stop else "INFO",
            "spend",
            "models are no longer called: spend has reached the limit" if stop else "spend is below the limit",
            outcome="paused" if stop else "open",
            cost=new.cost,
            currency=new.currency,
            limit=TABLE.monthly_limit,
        )
    )


async def _case(request: Request) -> Response:
    started = time.monotonic()
    trace = _trace(request)
    try:
        case = parse(await _body(request), list(TABLE.tiers), TABLE.masked_fields)
    except BadRequestError as error:
        write(Entry("WARNING", "refused", "a request was refused", cause="bad-request", trace=trace))
        return _json(400, {"error": str(error)})
    cause = await _stopped()
    told = flow.Told(flow.fallback(case, TABLE, cause), []) if cause else await flow.answer(case, TABLE, _ask)
    _log(case, told, started, trace)
    return _json(200, told.outcome)


async def _probe(request: Request) -> Response:
    """Whether a case could be answered now, without calling a model: a token, and a readable spend record."""
    try:
        await clients().token()
        cause = await _stopped()
    except NoTokenError:
        cause = "no-token"
    fine = cause is None
    message = "the router is ready" if fine else "the router falls back"
    write(Entry("INFO" if fine else "ERROR", "probe", message, cause=cause, trace=_trace(request)))
    return _json(200 if fine else 503, {"ready": fine, "cause": cause})


async def _stopped() -> str | None:
    """Why no model may be called; what was spent being unknown is a reason too."""
    try:
        record = await clients().watch.record()
    except StoreError:
        return "spend-unknown"
    return "spend-limit" if spend.over(record, TABLE.monthly_limit, TABLE.currency) else None


async def _ask(name: str, prompt: Prompt, route: Route) -> Reply:
    model = TABLE.models[name]
    return await clients().vertex.ask(name, model, prompt, route.max_output_tokens, route.timeout_seconds)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            break
    return bytes(body)


def _log(case: Case, told: flow.Told, started: float, trace: str | None) -> None:
    outcome, route = told.outcome, TABLE.tiers[case.tier]  # type: ignore[index]
    write(
        Entry(
            "WARNING" if outcome.outcome == "fallback" else "INFO",
            "case",
            f"{outcome.outcome}: {outcome.action}",
            case_id=case.id,
            tier=case.tier,
            outcome=outcome.outcome,
            cause=outcome.cause,
            objections=len(outcome.objections),
            masked=len(case.masked),
            model=route.model,
            checker=route.checker,
            tokens=sum(used.input + used.output for _, used in told.usage),
            cost=round(flow.cost(told.usage, TABLE), 8),
            currency=TABLE.currency,
            latency_ms=round((time.monotonic() - started) * 1000),
            trace=trace,
        )
    )


def _trace(request: Request) -> str | None:
    header = request.headers.get("x-cloud-trace-context", "").split("/")[0]
    return f"projects/{TABLE.project}/traces/{header}" if header.isalnum() else None


def _json(status: int, document: object) -> Response:
    return Response(msgspec.json.encode(document), status, media_type="application/json")
