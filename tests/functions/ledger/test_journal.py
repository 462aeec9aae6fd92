"""The journal, and what whoever comes after makes of it."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger import store
from ledger.book import Settled
from ledger.journal import Journal, JournalError, LivesError, events, frame
from place import Body, Place, reserved

DAY = "stack/*/day/2026-11-22"


def test_the_lock_of_a_living_process_is_respected(tmp_path: Path) -> None:
    mine = Journal(tmp_path, "p")
    with pytest.raises(LivesError):
        Journal(tmp_path, "p")
    mine.close()
    Journal(tmp_path, "p").drop()
    assert list(tmp_path.iterdir()) == []


def test_a_file_system_that_is_full_takes_no_event_and_loses_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.journal.ROOM", 100)
    mine = Journal(tmp_path, "p")
    written = []

    def fill() -> None:
        for number in range(50):
            mine.write(Settled(f"call-{number}", 1, 2.0, 3, 4, 5))
            written.append(f"call-{number}")

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (350, before[1]))
    try:
        with pytest.raises(JournalError, match=r"No space|too large"):
            fill()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert 3 < len(written) < 20
    mine.write(Settled("after", 1, 2.0, 3, 4, 5))
    assert [event.call for event in mine.read() if isinstance(event, Settled)] == [*written, "after"]
    mine.close()


def test_what_was_written_is_there_for_whoever_opens_the_file_of_a_process_that_was_killed(tmp_path: Path) -> None:
    writer = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from ledger.book import Settled\n"
        "from ledger.journal import Journal\n"
        "mine = Journal(Path(sys.argv[1]), 'p')\n"
        "mine.write(Settled('a', 1, 2.0, 3, 4, 5))\n"
        "mine.write(Settled('b', 1, 2.0, 3, 4, 5))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    functions = Path(events.__code__.co_filename).parents[1]
    done = subprocess.run([sys.executable, "-c", writer, str(tmp_path)], cwd=functions, check=False)
    assert done.returncode == -signal.SIGKILL
    left = Journal(tmp_path, "p")
    said = [Settled(call, 1, 2.0, 3, 4, 5) for call in "ab"]
    assert left.read() == said
    assert left.size == sum(len(frame(event)) for event in said)
    left.close()


EVENTS = st.lists(st.builds(Settled, st.text(max_size=8), *[st.integers(0, 2**40)] * 5), min_size=1, max_size=5)


@given(said=EVENTS, data=st.data())
def test_of_a_journal_that_was_damaged_only_what_came_before_the_damage_counts(
    said: list[Settled], data: st.DataObject
) -> None:
    records = [frame(event) for event in said]
    whole = b"".join(records)
    assert list(events(whole)) == list(events(whole + bytes(64))) == said
    place, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    damaged = bytearray(whole)
    damaged[place] ^= 1 << bit
    untouched = 0
    while sum(map(len, records[: untouched + 1])) <= place:
        untouched += 1
    assert list(events(bytes(damaged))) == said[:untouched]


def test_a_settlement_that_was_damaged_is_charged_as_reserved(at: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one = await place.ledger(starts=False)
        await reserved(one, "a", 500)
        one.settle("a", 70)
        (file,) = (place.folder / "a").glob("*.journal")
        raw = file.read_bytes()
        # As a process that was killed would leave it, but for the one number.
        orphan = place.folder / "b"
        orphan.mkdir()
        (orphan / file.name).write_bytes(raw.replace(b"\xa1a\x46", b"\xa1a\x07"))
        assert (orphan / file.name).read_bytes() != raw
        await (await place.ledger(machine="b")).close()
        row = (await place.shared.run(store.accounts()))[DAY]
        assert (row.spent, row.leased) == (500, 0)

    at(body)
