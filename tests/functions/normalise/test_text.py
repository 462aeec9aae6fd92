"""Text in one form, and names that are compared by what they say."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from normalise.text import clean, key_form, speakable

# The last two hide a character that is not shown, and are written in full width.
NAMES = ["Licence Plate", "licence-plate", " LICENCE_PLATE ", "licence\u200b_plate", "\uff4cicence\uff3fplate"]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_compared_in_one_form(name: str) -> None:
    assert key_form(name) == "licence_plate"


@pytest.mark.parametrize(("one", "other"), [("amount", "amounts"), ("a.b", "a_b"), ("straße", "strase"), ("é", "e")])
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert key_form(one) != key_form(other)


@given(st.text(max_size=100))
def test_a_name_in_its_form_stays_as_it_is(name: str) -> None:
    assert key_form(key_form(name)) == key_form(name)


@given(st.text(max_size=100))
def test_names_that_differ_in_case_are_the_same(name: str) -> None:
    assert key_form(name.upper()) == key_form(name.upper().casefold())


@given(st.text())
def test_a_clean_text_stays_as_it_is(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert not [c for c in once if c not in "\n\t" and unicodedata.category(c) in {"Cc", "Cf"}]


@pytest.mark.parametrize(
    ("sent", "stays"),
    [
        (" pay\u200b this\u202e now\x07\n", "pay this now"),
        ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"),
        ("u\u0308ber", "über"),
        ("e\u200d\u0301", "é"),
        ("1\u00a0000 €", "1\u00a0000 €"),
        ("soft\u00adhyphen\ufeff", "softhyphen"),
        ("نص عربي 中文 🙂", "نص عربي 中文 🙂"),
    ],
)
def test_what_a_reader_does_not_see_is_removed(sent: str, stays: str) -> None:
    assert clean(sent) == stays


@given(st.text())
def test_a_name_is_repeated_only_if_it_is_one(name: str) -> None:
    assert speakable(name) in {name, "(a name that is not shown)"}


def test_names_that_may_be_values_are_not_repeated() -> None:
    for name in ("anna@example.com", "DE89 3704", "de89370400440532013000", "Erika Mustermann", "x" * 65, "\u202e"):
        assert speakable(name) == "(a name that is not shown)"
    assert speakable("holder.birth_date_2") == "holder.birth_date_2"
