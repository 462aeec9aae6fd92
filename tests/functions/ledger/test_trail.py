from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger import trail
from ledger.trail import Entry, Head


@dataclass
class Whole:
    entries: list[Entry]
    heads: dict[int, Head]


def whole(sizes: list[int]) -> Whole:
    """A register and a chain of each size; every other process has left."""
    register, chains, heads = [], [], {}
    last = trail.start(trail.REGISTER)
    for number, size in enumerate(sizes, 1):
        joined = trail.append(last, 1.0, "joined", msgspec.json.encode(trail.Joined(number, f"p{number}")))
        register.append(joined)
        last, head = trail.head(joined), trail.start(number, joined.hash)
        for at in range(size):
            entry = trail.append(head, float(at), "case", b'{"n":%d}' % at)
            chains.append(entry)
            head = trail.head(entry)
        heads[number] = head
        if number % 2:
            left = trail.append(
                last, 2.0, "left", msgspec.json.encode(trail.Ended(number, head.sequence, head.hash.hex()))
            )
            register.append(left)
            last = trail.head(left)
    heads[trail.REGISTER] = last
    return Whole([*register, *chains], heads)


def faults(one: Whole, *anchors: Head) -> list[Any]:
    return list(trail.verify(one.entries, one.heads, anchors))


SIZES = st.lists(st.integers(0, 4), min_size=1, max_size=4)


@given(sizes=SIZES)
def test_a_whole_trail_has_no_faults_and_survives_its_export(sizes: list[int]) -> None:
    one = whole(sizes)
    assert faults(one, *one.heads.values()) == []
    assert [trail.parse(trail.line(entry)) for entry in one.entries] == one.entries


@given(sizes=SIZES, data=st.data())
def test_every_edit_removal_and_reordering_is_found(sizes: list[int], data: st.DataObject) -> None:
    one = whole(sizes)
    place = data.draw(st.integers(0, len(one.entries) - 1))
    entry = one.entries[place]
    match data.draw(st.sampled_from(["body", "kind", "at", "hash", "remove", "swap", "double"])):
        case "body":
            one.entries[place] = msgspec.structs.replace(entry, body=entry.body + b" ")
        case "kind":
            one.entries[place] = msgspec.structs.replace(entry, kind="other")
        case "at":
            one.entries[place] = msgspec.structs.replace(entry, at=entry.at + 1)
        case "hash":
            one.entries[place] = msgspec.structs.replace(entry, hash=bytes(32))
        case "remove":
            del one.entries[place]
        case "swap":
            other = data.draw(st.integers(0, len(one.entries) - 1))
            if other == place or one.entries[other].chain != entry.chain:
                return
            one.entries[place], one.entries[other] = one.entries[other], entry
        case "double":
            one.entries.insert(place, entry)
    assert faults(one)


def test_a_chain_that_is_removed_with_its_head_is_missed_by_the_register() -> None:
    one = whole([2, 2])
    del one.heads[2]
    one.entries = [entry for entry in one.entries if entry.chain != 2]
    assert any("no head" in fault.what for fault in faults(one))


def test_a_forgery_that_agrees_with_itself_is_found_by_an_anchor() -> None:
    one, forged = whole([2, 3]), whole([2, 2])
    assert faults(forged) == []
    assert faults(forged, one.heads[2])


@pytest.mark.parametrize("body", [b"{}", b"not json", b'{"chain": "x"}'])
def test_a_register_that_cannot_be_read_is_a_fault(body: bytes) -> None:
    entry = trail.append(trail.start(0), 0.0, "joined", body)
    assert list(trail.verify([entry], {0: trail.head(entry)}))
