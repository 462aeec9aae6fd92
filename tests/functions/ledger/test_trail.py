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
FIELDS = {
    "chain": st.integers(0, 5),
    "sequence": st.integers(1, 9),
    "at": st.integers(-(2**63), 2**63 - 1),
    "kind": st.text(max_size=8),
    "body": st.binary(max_size=24),
    "previous": st.binary(max_size=40),
    "hash": st.binary(max_size=40),
}


@given(sizes=SIZES)
def test_a_whole_trail_has_no_faults(sizes: list[int]) -> None:
    one = whole(sizes)
    starts = [
        Head(0, 0, trail.GENESIS),
        *(Head(entry.chain, 0, entry.previous) for entry in one.entries if first(entry)),
    ]
    assert faults(one, *one.heads.values(), *map(trail.head, one.entries), *starts) == []


def first(entry: Entry) -> bool:
    return entry.chain != trail.REGISTER and entry.sequence == 1


@given(sizes=SIZES, field=st.sampled_from(sorted(FIELDS)), data=st.data())
def test_every_edit_of_any_field_is_found(sizes: list[int], field: str, data: st.DataObject) -> None:
    one = whole(sizes)
    place = data.draw(st.integers(0, len(one.entries) - 1))
    before = getattr(one.entries[place], field)
    after = data.draw(FIELDS[field].filter(lambda value: value != before))
    one.entries[place] = msgspec.structs.replace(one.entries[place], **{field: after})
    assert faults(one)


@given(sizes=SIZES, data=st.data())
def test_bytes_that_move_from_one_field_into_the_next_are_found(sizes: list[int], data: st.DataObject) -> None:
    one = whole(sizes)
    place = data.draw(st.integers(0, len(one.entries) - 1))
    entry, cut = one.entries[place], data.draw(st.integers(1, 32))
    one.entries[place] = msgspec.structs.replace(
        entry, previous=entry.previous[:-cut], body=entry.previous[-cut:] + entry.body
    )
    assert faults(one)


@given(sizes=SIZES, data=st.data())
def test_every_removal_is_found(sizes: list[int], data: st.DataObject) -> None:
    one = whole(sizes)
    del one.entries[data.draw(st.integers(0, len(one.entries) - 1))]
    assert faults(one)


@given(sizes=SIZES, data=st.data())
def test_every_entry_too_many_is_found(sizes: list[int], data: st.DataObject) -> None:
    one = whole(sizes)
    place, again = (data.draw(st.integers(0, len(one.entries) - 1)) for _ in range(2))
    one.entries.insert(place, one.entries[again])
    assert faults(one)


@given(sizes=SIZES.filter(lambda sizes: len(sizes) + sum(sizes) > 1), data=st.data())
def test_every_swap_is_found(sizes: list[int], data: st.DataObject) -> None:
    one = whole(sizes)
    places = st.integers(0, len(one.entries) - 1)
    place = data.draw(places)
    other = data.draw(places.filter(lambda value: value != place))
    one.entries[place], one.entries[other] = one.entries[other], one.entries[place]
    assert faults(one)


@given(sizes=SIZES, data=st.data())
def test_an_edit_whose_hash_was_made_anew_is_found(sizes: list[int], data: st.DataObject) -> None:
    one = whole(sizes)
    place = data.draw(st.integers(0, len(one.entries) - 1))
    entry = one.entries[place]
    before = Head(entry.chain, entry.sequence - 1, entry.previous)
    body = entry.body + b" "
    one.entries[place] = msgspec.structs.replace(
        entry, body=body, hash=trail.digest(before, entry.at, entry.kind, body)
    )
    assert faults(one)


@given(sizes=SIZES.filter(any), data=st.data())
def test_a_chain_that_was_cut_with_its_head_is_found_by_an_anchor(sizes: list[int], data: st.DataObject) -> None:
    """The register's later entries are forged with it, so that the trail agrees with itself."""
    one = whole(sizes)
    chain = data.draw(st.sampled_from([number for number, size in enumerate(sizes, 1) if size]))
    kept = data.draw(st.integers(0, sizes[chain - 1] - 1))
    forged = whole([kept if number == chain else size for number, size in enumerate(sizes, 1)])
    assert faults(forged) == []
    assert faults(forged, *one.heads.values())
    # What was written down before what was cut is not hurt by it: an anchor holds what is older than itself.
    assert faults(forged, Head(chain, 0, start(one, chain))) == []


def start(one: Whole, chain: int) -> bytes:
    return next(entry.previous for entry in one.entries if entry.chain == chain and entry.sequence == 1)


def test_a_trail_that_was_written_anew_is_found_by_any_anchor() -> None:
    one = whole([2, 3])
    forged = whole([2, 3])
    last = trail.start(trail.REGISTER)
    for place, entry in enumerate(forged.entries):
        if entry.chain == trail.REGISTER:
            fresh = trail.append(last, entry.at / 1e6 + 1, entry.kind, entry.body)
            forged.entries[place], last = fresh, trail.head(fresh)
    forged.heads[trail.REGISTER] = last
    assert faults(forged, one.heads[trail.REGISTER])
    assert faults(forged, Head(2, 0, start(one, 2)))


@pytest.mark.parametrize("anchor", [Head(1, 0, bytes(32)), Head(2, 0, bytes(32)), Head(0, 0, b"other")])
def test_an_anchor_of_a_chain_that_had_no_entry_yet_holds_where_it_began(anchor: Head) -> None:
    one = whole([0])
    assert faults(one) == []
    assert faults(one, Head(1, 0, one.heads[1].hash), Head(0, 0, trail.GENESIS)) == []
    assert faults(one, anchor)


def test_a_chain_that_is_removed_with_its_head_is_missed_by_the_register() -> None:
    one = whole([2, 2])
    del one.heads[2]
    one.entries = [entry for entry in one.entries if entry.chain != 2]
    assert any("no head" in fault.what for fault in faults(one))


@pytest.mark.parametrize("body", [b"{}", b"not json", b'{"chain": "x"}'])
def test_a_register_that_cannot_be_read_is_a_fault(body: bytes) -> None:
    entry = trail.append(trail.start(0), 0.0, "joined", body)
    assert list(trail.verify([entry], {0: trail.head(entry)}))
