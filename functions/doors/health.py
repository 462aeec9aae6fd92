"""``/probe``: the scheduler's heartbeat. It calls no model and spends nothing."""

from __future__ import annotations

import asyncio

from doors.http import Answer, Incoming, json
from journal.entry import Entry, write
from ledger import store
from ledger.store import StoreDownError
from serving.router import Router
from vertex.token import NoTokenError

LONGEST_SECONDS = 10.0


async def probe(router: Router, _: Incoming, trace: str) -> Answer:
    """Whether a case could be answered now: a token, a readable spend record and switch, and a ledger."""
    cause: str | None = None
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await router.token()
            for tier in router.table.tiers:
                cause = cause or await router.stops.cause(tier)
            await router.ledger.ask(store.accounts())
    except TimeoutError:
        cause = "timeout"
    except NoTokenError:
        cause = "no-token"
    except StoreDownError:
        cause = "ledger"
    fine = cause is None
    message = "the router is ready" if fine else "the router falls back"
    write(Entry("INFO" if fine else "ERROR", "probe", message, cause=cause, trace=trace or None))
    return json(200 if fine else 503, {"ready": fine, "cause": cause})
