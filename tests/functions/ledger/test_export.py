"""The trail as a file: taken out of either store while it grows, read line by line, held against anchors."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger import export, store, trail
from ledger.export import NoExportError, Unreadable
from ledger.keeper import Ledger
from ledger.trail import Entry, Head
from place import Body, Place

ENTRIES = st.builds(
    Entry,
    chain=st.integers(0, 2**63 - 1),
    sequence=st.integers(1, 2**63 - 1),
    at=st.integers(-(2**63), 2**63 - 1),
    kind=st.text(max_size=8),
    body=st.one_of(st.binary(max_size=64), st.text().map(str.encode)),
    previous=st.binary(max_size=32),
    hash=st.binary(max_size=32),
)
HEADS = st.builds(Head, st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1), st.binary(max_size=32))


@given(entry=ENTRIES)
def test_a_line_says_all_of_its_entry(entry: Entry) -> None:
    raw = export.line(entry)
    assert b"\n" not in raw
    assert export.parse(raw) == entry


@given(raw=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_line_is_an_entry_or_unreadable(raw: bytes) -> None:
    first = b'{"format":"lockgate.trail/1","heads":[]}\n'
    _, lines = export.opened(io.BytesIO(first + raw))
    for one in lines:
        assert isinstance(one, Entry | Unreadable)


@given(entry=ENTRIES)
def test_a_line_that_could_be_read_otherwise_is_unreadable(entry: Entry) -> None:
    first = b'{"format":"lockgate.trail/1","heads":[]}\n'
    whole = export.line(entry)
    twice = whole.replace(b'"body":', b'"body":"{}","body":', 1) if b'"body":' in whole else whole + b" "
    for written, fine in ((whole, True), (twice, False), (whole.replace(b'"at":', b'"at": ', 1), False)):
        _, (one,) = export.opened(io.BytesIO(first + written + b"\n"))
        assert isinstance(one, Entry) is fine


@pytest.mark.parametrize(
    "raw",
    [b"", b"\n", b"{}", b"[]", b'{"format":"lockgate.trail/2","heads":[]}', b'{"format":"lockgate.trail/1"}', b"\xff"],
)
def test_a_file_that_is_no_export_is_refused(raw: bytes) -> None:
    with pytest.raises(NoExportError, match="line 1"):
        export.opened(io.BytesIO(raw))


@given(heads=st.lists(HEADS, min_size=1, max_size=3), form=st.sampled_from(["lines", "array", "log"]))
def test_anchors_are_read_in_every_form(heads: list[Head], form: str) -> None:
    anchors = [json.loads(export.anchor([one])) for one in heads]
    match form:
        case "lines":
            text = "\n".join(["3", '{"event": "case", "heads": 5}', *map(json.dumps, anchors)])
        case "array":
            text = json.dumps(anchors, indent=2)
        case _:
            entries = [
                {"insertId": "1", "jsonPayload": {**one, "message": "where the trail stands"}} for one in anchors
            ]
            text = json.dumps([{"textPayload": "[]{"}, {"jsonPayload": {"event": "case"}}, *entries], indent=2)
    assert list(export.anchors(io.StringIO(text))) == heads


def test_the_numbers_of_a_payload_may_be_doubles() -> None:
    said = '{"jsonPayload": {"event": "anchor", "heads": [{"chain": 2.0, "sequence": 7.0, "hash": "0a"}]}}'
    assert list(export.anchors(io.StringIO(said))) == [Head(2, 7, b"\n")]


def test_anchors_longer_than_what_is_read_at_once_are_read() -> None:
    heads = [Head(number, number, bytes(32)) for number in range(3000)]
    text = json.dumps([json.loads(export.anchor([one])) for one in heads], indent=2)
    assert list(export.anchors(io.StringIO(text))) == heads


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"event": "case"}',
        '{"event": "anchor"}',
        '{"event": "anchor", "heads": [{"chain": 1, "sequence": -1, "hash": ""}]}',
        '{"event": "anchor", "heads": [{"chain": 1, "sequence": 1, "hash": "x"}]}',
        '[{"event": "anchor", "heads": []}, {',
        "no JSON",
    ],
)
def test_anchors_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(NoExportError):
        list(export.anchors(io.StringIO(text)))


def test_an_export_is_whole_while_the_trail_grows(at_each: Callable[[Body], None]) -> None:
    async def body(place: Place) -> None:
        one, other = await place.ledger(), await place.ledger(machine="b")
        for number in range(2 * export.PAGE + 7):
            one.note("case", b'{"n":%d}' % number)
        other.note("case", "gemäß".encode())
        other.note("odd", b"\xff")
        await one.durable()
        await other.durable()
        anchors = [*await one.heads(), *await other.heads()]
        said: list[bytes] = []
        growing = _Growing(place, one)
        count = await export.export(growing, said.append)
        heads, lines = export.opened(io.BytesIO(b"".join(said)))
        entries = [line for line in lines if isinstance(line, Entry)]
        assert len(entries) == count == 2 * export.PAGE + 7 + 2 + 2
        assert list(trail.verify(entries, heads, anchors)) == []
        assert {anchor.chain for anchor in anchors} == {0, 1, 2}
        now = await one.ask(store.heads())
        assert now[1].sequence > heads[1].sequence, "it did grow"
        await one.close()
        await other.close()

    at_each(body)


class _Growing:
    """A store to which something is appended before each question but the first."""

    def __init__(self, place: Place, ledger: Ledger) -> None:
        self._shared, self._ledger, self._asked = place.shared, ledger, False

    async def run(self, transaction: Any) -> Any:
        if self._asked:
            self._ledger.note("case", b'"later"')
            await self._ledger.durable()
        self._asked = True
        return await self._shared.run(transaction)

    async def close(self) -> None:
        await self._shared.close()
