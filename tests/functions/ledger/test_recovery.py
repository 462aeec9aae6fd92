"""What a dead process left in its journal is booked by the next, and what nobody was alarmed of is alarmed now."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from ledger import store
from ledger.journal import JournalError
from place import PICO, Body, Place, reserved

DAY = "stack/*/day/2026-11-22"


def left_behind(place: Place, of: str, to: str) -> None:
    """As a process that was killed leaves its journal: nobody holds the lock of the copy."""
    (file,) = (place.folder / of).glob("*.journal")
    (place.folder / to).mkdir()
    (place.folder / to / file.name).write_bytes(file.read_bytes())


def test_an_overrun_of_a_process_that_died_is_alarmed_by_the_next(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False)
        await reserved(one, "known", 100)
        one.settle("known", 120)
        await one.commit()
        await reserved(one, "unknown", 100)
        one.settle("unknown", 130)
        left_behind(place, "a", "b")
        place.alarms.clear()
        heir = await place.ledger(machine="b")
        assert [(alarm.cause, alarm.amount) for alarm in place.alarms] == [("overrun", 30 * PICO)]
        assert "unknown" in place.alarms[0].what
        await heir.durable()
        entries = await heir.ask(store.entries(0, 0, 100))
        said = [msgspec.json.decode(entry.body) for entry in entries if entry.kind == "overrun"]
        assert said == [{"call": "known", "over": 20}, {"call": "unknown", "over": 30}]
        await heir.close()
        row = (await place.shared.run(store.accounts()))[DAY]
        assert (row.spent, row.overrun, row.leased) == (250, 50, 0)

    at(body)


def test_a_closing_that_no_journal_took_is_booked_as_it_was_reported(
    at: Callable[[Body], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False)
        await reserved(one, "over", 100)

        def full(*_: object) -> None:
            raise JournalError("No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr("ledger.journal.Journal.write", full)
            one.settle("over", 130)
        await one.exchange()
        left_behind(place, "a", "b")
        await (await place.ledger(machine="b")).close()
        row = (await place.shared.run(store.accounts()))[DAY]
        assert (row.spent, row.overrun, row.leased, row.lost) == (130, 30, 0, 0)

    at(body)


def test_open_reservations_of_a_process_that_died_are_charged(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False)
        await reserved(one, "cut off", 300)
        left_behind(place, "a", "b")
        await (await place.ledger(machine="b")).close()
        calls = await place.shared.run(store.calls(0.0, 1e12))
        assert [(call.call, call.state, call.amount) for call in calls] == [("cut off", "charged", 300)]
        # Whoever finds the journal a second time books nothing.
        left_behind(place, "a", "c")
        await (await place.ledger(machine="c")).close()
        row = (await place.shared.run(store.accounts()))[DAY]
        assert (row.spent, row.leased, row.lost) == (300, 0, 0)

    at(body)
