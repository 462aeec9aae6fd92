"""Digits: a number is found near them if and only if it is found in the whole text."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from identifiers import NATIONAL, PLANTED, planted, spaced
from idnumbers.registry import list_supported_countries
from mask import identity, patterns
from mask.digits import Digits, Run, find
from mask.masker import Masker
from mask.patterns import MOST_CHECKS, MOST_GROUPS
from route.table import Masking

ALL = ["card", "iban", "email", "phone", "national-id", "ip"]
COUNTRIES = sorted({entry.alpha2 for entry in list_supported_countries()})
GROUPS = [["DE", "NL"], ["US", "GB", "SE", "CH"], ["FR", "ES", "PL", "PT"], ["MX", "FI", "HK"], []]
PROSE = "The stone hit a windscreen on the way home, and nobody was hurt; the glass costs much. "


def whole(text: str, _: int) -> Digits:
    """All of a text that has any digit as one run, of which nothing is ruled out."""
    groups = [found.span() for found in re.finditer("[0-9]+", text)]
    return Digits(groups, [Run(0, len(text), len(text), None)] if groups else [])


PAIRS = [(Masker(Masking([], ALL, countries)), Masker(Masking([], ALL, countries), whole)) for countries in GROUPS]
EXAMPLES = [
    kind.METADATA.example
    for entry in list_supported_countries()
    if {entry.alpha2} <= {country for group in GROUPS for country in group}
    for kind in entry.id_types
]
SEPARATORS = st.sampled_from(
    ["", " ", "-", ".", "/", "_", " - ", "\n", "(", ")", "\u2013", "\u200b", "\u00a0", ":", "x"]
)


def torn(text: str) -> st.SearchStrategy[str]:
    """An identifier with anything between its signs."""
    return st.lists(SEPARATORS, min_size=len(text), max_size=len(text)).map(
        lambda gaps: "".join(sign + gap for sign, gap in zip(text, gaps, strict=True))
    )


def foreign(text: str) -> str:
    """The same number in Arabic-Indic digits."""
    return text.translate({ord("0") + value: 0x660 + value for value in range(10)})


NUMBERS = planted().map(lambda it: it[1]) | st.sampled_from([*NATIONAL, *EXAMPLES])
PIECES = st.one_of(
    NUMBERS,
    planted().flatmap(spaced),
    NUMBERS.flatmap(torn),
    NUMBERS.map(foreign),
    st.text("0123456789 +-./()", max_size=24),
    st.text("0123456789 .:aAbB@", max_size=12),
    st.dates().map(str) | st.dates().map(lambda day: day.strftime("%d.%m.%Y")),
    st.sampled_from(["+", "00", "NO ", "DE", "DE-", "CLM-", "12", "a", "X", "(", "1.2.3", "::", "@", "7 x 3", "2026"]),
    st.text(max_size=6),
)
AROUND = st.integers(0, 160).map(lambda length: (PROSE * 2)[:length]) | st.sampled_from(["", " ", "-", ".", "  /"])
TEXTS = st.lists(st.tuples(AROUND, PIECES), max_size=5).map(lambda parts: "".join(a + b for a, b in parts))


@given(st.sampled_from(PAIRS), TEXTS)
@example(PAIRS[0], "+49 30 901820, AB-030 901820, 1. 05.02.1950 and 005.02.1950")
def test_what_is_found_near_digits_is_what_is_found_in_the_whole_text(pair: tuple[Masker, Masker], text: str) -> None:
    near, in_whole = pair
    assert near.places(text) == in_whole.places(text)


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_ids_of_every_country_are_found_in_a_long_text(country: str) -> None:
    masking = Masking([], ["national-id"], [country])
    kinds = [kind for entry in list_supported_countries() if entry.alpha2 == country for kind in entry.id_types]
    for kind in kinds:
        example = kind.METADATA.example
        for written in (example, " - ".join(example), f"ABC{example}", f"{example}XYZ", f"12 {example} 7"):
            text = f"{PROSE * 3}{written} {PROSE * 3}"
            assert Masker(masking).places(text) == Masker(masking, whole).places(text)


@pytest.mark.parametrize("written", ["030 901 820 1", "111222333", "4111 1111 1111 1111", "+49 30 901820"])
def test_more_numbers_than_are_checked_are_found_alike(written: str) -> None:
    text = "".join(f"{PROSE[at % 20 :][:60]}{written}; " for at in range(2500))
    near, in_whole = PAIRS[0]
    assert near.places(text) == in_whole.places(text)


@pytest.mark.parametrize("page", ["00 ", "+1 ", "12 ", "1.2.", "0049 30 ", "+49 30 1234567 ", "4111 1111 1111 1112 "])
def test_a_page_of_digits_buys_a_bounded_number_of_checks(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checks: Counter[str] = Counter()

    def counted(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def check(*arguments: Any) -> Any:
            checks[name] += 1
            return real(*arguments)

        monkeypatch.setattr(owner, name, check)

    counted(phonenumbers, "parse")
    counted(identity, "_valid")
    counted(patterns, "luhn")
    PAIRS[1][0].text(page * (1 << 15))
    # Two passes, of which the second finds nothing, at most; four countries; eight lengths of a card.
    assert checks["parse"] <= 2 * 5 * MOST_CHECKS
    assert checks["_valid"] <= 2 * 30 * MOST_CHECKS
    assert checks["luhn"] <= 2 * 8 * MOST_GROUPS


def test_only_what_is_near_digits_is_looked_at() -> None:
    text = f"{PROSE}In 2026 it was 12. {PROSE}My card is 4111 1111-1111 (1111). {PROSE}"
    (run,) = find(text, 12).runs
    assert text[run.first : run.last] == "4111 1111-1111 (1111"
    assert (run.size, run.can_be(16), run.can_be(12), run.can_be(15)) == (16, True, True, False)


@given(st.text("017 .-/()_\n\u00a0x\u0661\ud800\u20ac", max_size=120), st.integers(1, 14))
def test_runs_are_all_that_a_pattern_finds(text: str, fewest: int) -> None:
    found = find(text, fewest)
    assert found.groups == [group.span() for group in re.finditer("[0-9]+", text)]
    runs = [run for run in re.finditer(r"[0-9](?:[\s\-./()_]{0,3}[0-9])*", text) if digits(run[0]) >= fewest]
    assert [(run.first, run.last, run.size) for run in found.runs] == [(*run.span(), digits(run[0])) for run in runs]
    for ours, run in zip(found.runs, runs, strict=True):
        groups = re.findall("[0-9]+", run[0])
        totals = {len("".join(groups[a:b])) for a in range(len(groups)) for b in range(a + 1, len(groups) + 1)}
        if len(groups) <= 24:
            assert {total for total in range(200) if ours.can_be(total)} == totals


def digits(text: str) -> int:
    return sum(sign in "0123456789" for sign in text)


@pytest.mark.parametrize("written", [*PLANTED.values(), "+47 02000"])
def test_each_pattern_is_found_in_a_long_text_where_it_stands(written: str) -> None:
    text = f"{PROSE * 20}{written} {PROSE * 20}"
    places = PAIRS[0][0].places(text)
    assert [text[first:last] for first, last, _ in places] == [written]
