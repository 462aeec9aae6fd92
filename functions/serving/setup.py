"""From the environment and the archive to the parts of a process. What is wrong or missing stops it from starting."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import aiohttp
import msgspec

from calls.caller import Caller
from doors.metadata import Metadata
from flow.decide import Core
from journal.entry import Entry, write
from ledger import price
from ledger.budget import Budgets
from ledger.keeper import Alarm, Ledger
from ledger.price import PriceBook
from ledger.store import Store, StoreDownError
from mask import masker
from mask.masker import Masker
from normalise import intake
from normalise.intake import Intake
from normalise.text import key_form
from route import faults
from route.judge import Judge
from route.table import RoutesError, Table, load
from screen.armor import Armor
from serving.router import Router
from serving.stops import Stops
from serving.who import Callers, Check
from spend import store as spends
from storage.objects import Object
from switch import state as switches
from vertex.call import Place, Vertex
from vertex.token import Token
from vertex.wire import Wire

ANCHOR_SECONDS = 60.0


@dataclass(frozen=True)
class Setup:
    """What the environment and the archive say; all of it has been checked."""

    table: Table
    book: PriceBook
    budgets: Budgets
    place: Place
    armor_url: str
    storage_url: str
    state_bucket: str
    switch_bucket: str
    ledger: Mapping[str, str]
    journal: Path
    check: Check
    audience: str | None
    certificates: str | None
    issuer: str | None


def read(archive: Path, environment: Mapping[str, str]) -> Setup:
    """The setup of the archive's folder; raises RoutesError, PriceBookError for its prices, BudgetError."""
    raw = (archive / "routes.json").read_bytes()
    table = load(raw, environment.get("ROUTES"), environment.get("TABLE_SHA256"))
    found = (*intake.faults(table.intake), *faults.faults(table), *masker.faults(table.masking))
    wrong = [f"routes.json: {fault}" for fault in found]
    ledger = {name: environment[name] for name in _LEDGER if environment.get(name)}
    if "LEDGER_FILE" not in ledger and not {"LEDGER_HOST", "LEDGER_DATABASE", "LEDGER_USER"} <= ledger.keys():
        wrong.append("neither LEDGER_HOST, LEDGER_DATABASE and LEDGER_USER nor LEDGER_FILE is set")
    wrong += [f"{name} is not set" for name in ("STATE_BUCKET", "SWITCH_BUCKET") if not environment.get(name)]
    armor = environment.get("MODEL_ARMOR_TEMPLATE")
    if table.masking.screened and not armor:
        wrong.append(f"MODEL_ARMOR_TEMPLATE is not set, but the tiers {', '.join(table.masking.screened)} are screened")
    check: Check = "platform" if environment.get("K_SERVICE") else "google"
    if table.tenants and check == "google" and not environment.get("AUDIENCE"):
        wrong.append("AUDIENCE is not set, so no caller's token can be checked")
    if wrong:
        raise RoutesError(f"{'; '.join(wrong)}. Deploy again from the charter.")
    return Setup(
        table,
        price.load((archive / "prices.json").read_bytes()),
        Budgets(table.budgets, table.revision),
        Place(
            root=environment.get("VERTEX_URL", f"https://{table.region}-aiplatform.googleapis.com"),
            parent=f"projects/{table.project}/locations/{table.region}",
            deployed=msgspec.json.decode(environment.get("DEPLOYED_URLS", "{}"), type=dict[str, str]),
            armor=armor,
        ),
        environment.get("ARMOR_URL", f"https://modelarmor.{table.region}.rep.googleapis.com"),
        environment.get("STORAGE_URL", "https://storage.googleapis.com"),
        environment["STATE_BUCKET"],
        environment["SWITCH_BUCKET"],
        ledger,
        Path(environment.get("JOURNAL_DIR") or Path(tempfile.gettempdir(), "lockgate-journal")),
        check,
        environment.get("AUDIENCE"),
        environment.get("CERTIFICATES_URL"),
        environment.get("ISSUER"),
    )


async def opened(setup: Setup) -> Router:
    """The parts, connected; raises StoreDownError where the ledger's store does not answer."""
    table, token = setup.table, Token()
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
    )
    store = await _store(setup, token)
    ledger = Ledger(store, setup.budgets, setup.journal, alarm=_alarm)
    await ledger.open()
    ledger.start()
    judge = Judge(table)
    wire = Wire()
    vertex = Vertex(session, wire, token, setup.place)
    armor = setup.place.armor
    stops = Stops(
        table,
        Object(session, token, setup.storage_url, setup.state_bucket, spends.OBJECT),
        Object(session, token, setup.storage_url, setup.switch_bucket, switches.OBJECT),
        time.monotonic,
    )
    router = Router(
        table=table,
        judge=judge,
        intake=Intake(table.intake),
        declared=frozenset(map(key_form, table.intake.fields)),
        metadata=Metadata(table.intake),
        masker=Masker(table.masking),
        core=Core(table, judge),
        caller=Caller(table, vertex, ledger, setup.book, stops.within),
        ledger=ledger,
        callers=Callers(table, setup.check, setup.audience, setup.certificates, setup.issuer),
        stops=stops,
        armor=Armor(session, token, setup.armor_url, armor, hides=bool(table.masking.fields)) if armor else None,
        token=token,
        store=store,
        session=session,
        wire=wire,
        longest=float(max(route.deadline() for route in table.tiers.values())),
    )
    router.tasks.append(asyncio.create_task(_anchored(router)))
    return router


async def closed(router: Router) -> None:
    """Write down where the trail stands, and give back what was not spent."""
    for task in router.tasks:
        task.cancel()
    await asyncio.gather(*router.tasks, return_exceptions=True)
    await router.ledger.close()
    await _anchor(router)
    await router.store.close()
    router.reader.shutdown(wait=False)
    router.wire.close()
    await router.session.close()


async def _store(setup: Setup, token: Token) -> Store:
    if file := setup.ledger.get("LEDGER_FILE"):
        from ledger.sqlite import Sqlite

        return await Sqlite(Path(file)).open()
    from ledger.postgres import Postgres

    user, name = (quote(setup.ledger[key], safe="") for key in ("LEDGER_USER", "LEDGER_DATABASE"))
    host = quote(setup.ledger["LEDGER_HOST"], safe=":")  # which may say its port
    return await Postgres(f"postgresql://{user}@{host}/{name}?sslmode=require", password=token).open()


async def _anchored(router: Router) -> None:
    while True:
        await asyncio.sleep(ANCHOR_SECONDS)
        await _anchor(router)


async def _anchor(router: Router) -> None:
    """Write the heads of the audit trail to the log, which a locked bucket keeps: see ``ledger.trail``."""
    try:
        ends = await router.ledger.heads()
    except StoreDownError as error:
        _alarm(Alarm("store", f"no anchor of the audit trail was written: {error}"))
        return
    heads = [{"chain": one.chain, "sequence": one.sequence, "hash": one.hash.hex()} for one in ends]
    write(Entry("INFO", "anchor", "where the audit trail stands", heads=heads))


def _alarm(alarm: Alarm) -> None:
    cost = None if alarm.amount is None else float(alarm.amount)
    write(Entry("CRITICAL", "alarm", alarm.what, cause=alarm.cause, cost=cost))


_LEDGER = ("LEDGER_HOST", "LEDGER_DATABASE", "LEDGER_USER", "LEDGER_FILE")
