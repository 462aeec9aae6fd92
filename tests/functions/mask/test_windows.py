"""Windows: a number is found in them if and only if it is found in the whole text."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from identifiers import NATIONAL, PLANTED, planted, spaced
from idnumbers.registry import list_supported_countries
from mask import identity
from mask.masker import Masker
from mask.windows import NEAR_EACH_OTHER, excerpt, near
from route.table import Masking

ALL = ["card", "iban", "email", "phone", "national-id", "ip"]
COUNTRIES = sorted({entry.alpha2 for entry in list_supported_countries()})
FEW = {country for country in COUNTRIES if identity.fewest_digits([country]) < NEAR_EACH_OTHER}
GROUPS = [["DE", "NL"], ["US", "GB", "SE", "CH"], ["FR", "ES", "PL", "PT"], ["MX", "FI", "HK"], []]
PROSE = "The stone hit a windscreen on the way home, and nobody was hurt; the glass costs much. "


def whole(text: str, _: int) -> list[tuple[int, int]]:
    """All of a text that has five digits near each other."""
    return [(0, len(text))] if re.search("[0-9](?:[^0-9]{0,7}[0-9]){4}", text) else []


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


@given(st.sampled_from(PAIRS), TEXTS, st.sampled_from([0, 400]))
@example(PAIRS[0], "+49 30 901820, AB-030 901820, 1. 05.02.1950 and 005.02.1950", 400)
def test_what_is_found_in_windows_is_what_is_found_in_the_whole_text(
    pair: tuple[Masker, Masker], text: str, more: int
) -> None:
    # With enough prose behind it, no text is read as a whole.
    text += f" {(PROSE * 5)[:more]}"
    windowed, in_whole = pair
    assert windowed.places(text) == in_whole.places(text)


@pytest.mark.parametrize("country", COUNTRIES)
def test_the_ids_of_every_country_are_found_in_a_long_text(country: str) -> None:
    masking = Masking([], ["national-id"], [country])
    kinds = [kind for entry in list_supported_countries() if entry.alpha2 == country for kind in entry.id_types]
    for kind in kinds:
        example = kind.METADATA.example
        for written in (example, " - ".join(example), f"ABC{example}", f"{example}XYZ", f"12 {example} 7"):
            text = f"{PROSE * 3}{written} {PROSE * 3}"
            assert Masker(masking).places(text) == Masker(masking, whole).places(text)
        if country not in FEW:
            text = f"{PROSE * 3}{example} {PROSE * 3}"
            assert near(text, identity.reach([country])) != [(0, len(text))]


@pytest.mark.parametrize("written", ["030 901 820 1", "111222333", "4111 1111 1111 1111", "+49 30 901820"])
def test_more_numbers_than_are_checked_are_found_alike(written: str) -> None:
    text = "".join(f"{PROSE[at % 20 :][:60]}{written}; " for at in range(2500))
    windowed, in_whole = PAIRS[0]
    assert near(text, 6) != [(0, len(text))]
    assert windowed.places(text) == in_whole.places(text)


def test_only_what_is_near_digits_is_looked_at() -> None:
    looked_at: list[str] = []

    def noted(text: str, reach: int) -> list[tuple[int, int]]:
        found = near(text, reach)
        looked_at.extend(text[first:last] for first, last in found)
        return found

    text = f"{PROSE}In 2026 it was 12. {PROSE}My card is 4111 1111 1111 1111. {PROSE}"
    assert Masker(Masking([], ALL, ["DE"]), noted).places(text) == [
        (text.index("4111"), text.index("1111. ") + 4, "card")
    ]
    assert looked_at == ["rd is 4111 1111 1111 1111. The "]


@given(st.text("01 a", max_size=200), st.integers(0, 20))
def test_windows_are_in_order_apart_and_have_all_digits_that_are_near_each_other(text: str, reach: int) -> None:
    found = near(text, reach)
    edges = [edge for window in found for edge in window]
    assert edges == sorted({*edges})
    assert all(0 <= edge <= len(text) for edge in edges)
    outside = "        ".join(
        text[first:last] for first, last in zip([0, *edges[1::2]], [*edges[::2], len(text)], strict=True)
    )
    assert near(outside, reach) == []


@given(st.text("01 a", min_size=60, max_size=200), st.lists(st.integers(0, 60), unique=True))
def test_a_place_of_an_excerpt_is_the_same_place_of_the_text(text: str, edges: list[int]) -> None:
    edges = sorted(edges)
    windows = list(zip(edges[::2], edges[1::2], strict=False))
    cut = excerpt(text, windows, "\0")
    at = 0
    for first, last in windows:
        assert cut.place(at, at + last - first) == (first, last)
        at += last - first + 1
    for at, sign in enumerate(cut.text):
        if sign != "\0":
            first, last = cut.place(at, at + 1)
            assert text[first:last] == sign


@pytest.mark.parametrize("written", [*PLANTED.values(), "+47 02000"])
def test_each_pattern_is_found_in_a_long_text_where_it_stands(written: str) -> None:
    text = f"{PROSE * 20}{written} {PROSE * 20}"
    places = PAIRS[0][0].places(text)
    assert [text[first:last] for first, last, _ in places] == [written]
