"""National ids of every country that idnumbers checks, by the examples that it brings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from idnumbers.registry import list_supported_countries
from mask import identity
from mask.masker import Masker
from route.table import Masking

KINDS = [(entry.alpha2, kind) for entry in list_supported_countries() for kind in entry.id_types]
COUNTRIES = [country for country, _ in KINDS]
# A Greek letter, which no reader takes for a Latin one, in a card that is issued no more.
NOT_FOUND = {("GR", "OldIdentityCard")}


def masker(country: str) -> Masker:
    return Masker(Masking([], ["national-id"], [country]))


def of_a_person(country: str, kind: Any) -> bool:
    company = any(word in kind.METADATA.id_type for word in ("Business", "Entity", "Entities", "VAT"))
    return not company and (country, kind.__name__) not in NOT_FOUND


def name(value: Any) -> str:
    return value if isinstance(value, str) else value.__name__


@pytest.mark.parametrize(("country", "kind"), [of for of in KINDS if of_a_person(*of)], ids=name)
def test_the_example_of_every_id_is_found_in_a_sentence(country: str, kind: Any) -> None:
    example = kind.METADATA.example
    for written in (example, example.lower()):
        masked, found = masker(country).text(f"The id is {written}; thank you")
        assert written not in masked
        assert found["national-id"] >= 1


# Where a country has several kinds, a number that fails the check of one may be another.
ALONE = [
    of
    for of in KINDS
    if COUNTRIES.count(of[0]) == 1 and of[1].METADATA.checksum and of[1].METADATA.example[-1].isdigit()
]


@pytest.mark.parametrize(("country", "kind"), ALONE, ids=name)
def test_another_check_digit_is_another_number(country: str, kind: Any) -> None:
    example = kind.METADATA.example
    wrong = [f"no. {example[:-1]}{digit}" for digit in "0123456789" if digit != example[-1]]
    assert [text for text in wrong if masker(country).text(text) == (text, {})]


def test_the_numbers_of_companies_are_no_ids_of_persons() -> None:
    assert masker("CH").text("UID CHE-123.456.788") == ("UID CHE-123.456.788", {})


@given(st.sampled_from(KINDS), st.text("0123456789ABXZ", min_size=20, max_size=20))
def test_no_check_fails_on_any_number_of_its_form(of: tuple[str, Any], signs: str) -> None:
    country, kind = of
    for mask in kind.METADATA.masks:
        digits = iter(sign for sign in signs * 2 if sign.isdigit()), iter(signs)
        text = "".join(next(digits[0], "0") if s == "#" else next(digits[1], "A") if s in "LX*" else s for s in mask)
        masker(country).text(text)
        kind.validate(text)


def test_an_unknown_country_is_a_fault() -> None:
    assert list(identity.faults("DE")) == []
    assert ["XX" in fault for fault in identity.faults("XX")] == [True]
