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
OF_A_COMPANY = ("Business", "Entity", "Entities", "VAT")
# A Greek letter, which no reader takes for a Latin one, in a card that is issued no more.
NOT_FOUND = {("GR", "OldIdentityCard")}


def masker(country: str) -> Masker:
    return Masker(Masking([], ["national-id"], [country]))


@pytest.mark.parametrize(("country", "kind"), KINDS, ids=lambda it: getattr(it, "__name__", it))
def test_the_example_of_every_id_is_found_in_a_sentence(country: str, kind: Any) -> None:
    company = any(word in kind.METADATA.id_type for word in OF_A_COMPANY)
    if company or (country, kind.__name__) in NOT_FOUND:
        assert masker(country).text(f"The id is {kind.METADATA.example}")[1].keys() <= {"national-id"}
        return
    example = kind.METADATA.example
    for written in (example, example.lower()):
        masked, found = masker(country).text(f"The id is {written}; thank you")
        assert written not in masked
        assert found["national-id"] >= 1


@pytest.mark.parametrize(("country", "kind"), KINDS, ids=lambda it: getattr(it, "__name__", it))
def test_another_check_digit_is_another_number(country: str, kind: Any) -> None:
    data = kind.METADATA
    # Where a country has several kinds, a number that fails the check of one may be another.
    if not data.checksum or not data.example[-1].isdigit() or COUNTRIES.count(country) > 1:
        return
    wrong = [f"{data.example[:-1]}{digit}" for digit in "0123456789" if digit != data.example[-1]]
    assert [text for text in wrong if masker(country).text(f"no. {text}") == (f"no. {text}", {})]


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
