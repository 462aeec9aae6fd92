"""The entry points of functions-framework: ``router`` answers over HTTP, ``spend_guard`` hears the budget over Pub/Sub.

``routes.json`` and ``prices.json`` lie beside this file in the archive. A function whose routes are wrong, or are not
those that the gate judged, does not start.
"""

from __future__ import annotations

import os
import sys
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import functions_framework.aio as framework
from cloudevents.http.event import CloudEvent
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from journal.entry import Entry, write
from route.table import RoutesError, load
from spend import record as spend
from spend import store as spends
from storage.objects import Object
from vertex.token import Token

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

ARCHIVE = Path(__file__).parent
try:
    TABLE = load((ARCHIVE / "routes.json").read_bytes(), os.environ.get("ROUTES"), os.environ.get("TABLE_SHA256"))
except RoutesError as error:
    sys.exit(f"the function does not start: {error}")

# Both functions come from one archive; only the router needs the rest of what it can lack.
if os.environ.get("FUNCTION_TARGET", "router") == "router":
    from asgi import app

    # The application that the framework makes hears of its beginning and its end, and hands neither on. A router that
    # does not hear of its end gives no lease back, and what it holds idle can be spent by nobody until the day is over.
    vars(framework)["Starlette"] = partial(Starlette, lifespan=app.lifespan)


class _Handed(Response):
    """A response that hands its request on to the router, so that both servers run the same code."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self._request = request

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """ASGI 3."""
        await app(scope, self._request.receive, send)


@framework.http
async def router(request: Request) -> Response:
    """Both doors: see ``doors.app``."""
    return _Handed(request)


@cache
def _record() -> Object:
    """Made at the first event: functions-framework runs nothing inside the event loop before it."""
    root = os.environ.get("STORAGE_URL", "https://storage.googleapis.com")
    return Object(aiohttp.ClientSession(), Token(), root, os.environ["STATE_BUCKET"], spends.OBJECT)


@framework.cloud_event
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
    known, generation = await spends.read(_record())
    new = spend.advance(known, said)
    if new != known:
        await spends.write(_record(), new, generation)
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
