"""The router for any ASGI server: ``uvicorn asgi:app``. Its archive is this folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from doors.app import App
from ledger.budget import BudgetError
from ledger.price import PriceBookError
from route.table import RoutesError
from serving import setup
from serving.router import Router

try:
    _SETUP = setup.read(Path(__file__).parent, os.environ)
except (BudgetError, PriceBookError, RoutesError) as error:
    sys.exit(f"the router does not start: {error}")


async def _opened() -> Router:
    return await setup.opened(_SETUP)


app = App(_opened, setup.closed)
