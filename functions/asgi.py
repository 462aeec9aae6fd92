"""The router for any ASGI server: ``uvicorn asgi:app``. Its archive is this folder."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from doors.app import App
from ledger.budget import BudgetError
from ledger.price import PriceBookError
from route.table import RoutesError
from serving import setup
from serving.router import Router

COLLECT_AFTER = (50_000, 20, 100)
# How long a thread that needs the interpreter waits for it while another computes. The ledger's thread does at each
# statement of a commit, and the event loop at each turn while a long request is read; the default is five times this.
SWITCH_SECONDS = 0.001

try:
    _SETUP = setup.read(Path(__file__).parent, os.environ)
except (BudgetError, PriceBookError, RoutesError) as error:
    sys.exit(f"the router does not start: {error}")


async def _opened() -> Router:
    router = await setup.opened(_SETUP)
    # What is there now stays; what a request makes goes with it, nearly all of it by itself. So there is little for the
    # collector to find, and looking for it as often as by default costs a tenth of a request (make bench-router).
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    sys.setswitchinterval(SWITCH_SECONDS)
    return router


app = App(_opened, setup.closed)
