from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lockgate.charter.extend import merge
from lockgate.charter.problem import Place
from lockgate.charter.section import Path
from lockgate.charter.source import Document

scalars = st.none() | st.booleans() | st.integers(0, 9) | st.text("xy", max_size=2)
values = st.recursive(
    scalars | st.lists(scalars, max_size=2),
    lambda children: st.dictionaries(st.sampled_from("abc"), children, max_size=3),
    max_leaves=8,
)
mappings = st.dictionaries(st.sampled_from("abc"), values, max_size=3)


def document(data: dict[str, Any], file: str) -> Document:
    return Document(data, {path: Place(file, number, 1) for number, path in enumerate(paths(data), 1)})


def paths(data: Any, path: Path = ()) -> Any:
    yield path
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, child in children:
        yield from paths(child, (*path, step))


def leaves(data: dict[str, Any], path: Path = ()) -> Any:
    """Everything that a merge replaces as a whole: what is no mapping."""
    for key, value in data.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


@given(mappings)
def test_nothing_said_changes_nothing(data: dict[str, Any]) -> None:
    assert merge(document(data, "base"), document({}, "own")).data == data
    assert merge(document({}, "base"), document(data, "own")).data == data
    assert merge(document(data, "base"), document(data, "own")).data == data


@given(mappings, mappings)
def test_all_that_is_said_holds(base: dict[str, Any], own: dict[str, Any]) -> None:
    merged = merge(document(base, "base"), document(own, "own")).data
    assert all(at(merged, path) == value for path, value in leaves(own))


@given(mappings, mappings)
def test_saying_it_twice_changes_nothing_more(base: dict[str, Any], own: dict[str, Any]) -> None:
    once = merge(document(base, "base"), document(own, "own"))
    assert merge(once, document(own, "own")).data == once.data


@given(mappings, mappings)
def test_every_value_has_the_place_where_it_was_said(base: dict[str, Any], own: dict[str, Any]) -> None:
    merged = merge(document(base, "base"), document(own, "own"))
    assert set(paths(merged.data)) == set(merged.places)
    said = set(paths(own))
    assert all(place.file == ("own" if path in said else "base") for path, place in merged.places.items())


@given(mappings, mappings)
def test_neither_charter_is_changed(base: dict[str, Any], own: dict[str, Any]) -> None:
    before = repr((base, own))
    merge(document(base, "base"), document(own, "own"))
    assert repr((base, own)) == before
