"""Masking: no declared field and no identifier gets past, in any nesting, and everything else stays as it was."""

from __future__ import annotations

import datetime
import json
import tracemalloc
from decimal import Decimal
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from identifiers import PLANTED, plain_text, planted, spaced
from mask.masker import MASK, REPLACEMENTS, Masker
from mask.masker import faults as masking_faults
from mask.patterns import MOST_CHECKS
from route.table import Masking

ALL = ["card", "iban", "email", "phone", "national-id", "ip"]
COUNTRIES = ["DE", "NL", "FR", "US", "GB", "IT", "ES", "PL", "SE", "CH"]
FULL = Masker(Masking(["holder_name", "Licence-Plate"], ALL, COUNTRIES))
NAMED = Masker(Masking(["holder_name", "Licence-Plate"]))


def digits(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).casefold()


@given(planted(), plain_text(), plain_text())
def test_no_planted_identifier_survives(identifier: tuple[str, str], before: str, after: str) -> None:
    _, value = identifier
    masked, found = FULL.text(f"{before} {value} {after}")
    assert digits(value) not in digits(masked)
    assert sum(found.values()) >= 1


@given(planted().flatmap(lambda it: st.tuples(st.just(it), spaced(it))))
def test_what_separates_the_parts_of_a_number_does_not_hide_it(case: tuple[tuple[str, str], str]) -> None:
    (_, value), written = case
    masked, _ = FULL.text(f"so: {written}, thanks")
    assert digits(value) not in digits(masked)
    assert masked.startswith("so: ")
    assert masked.endswith(", thanks")


WRAPPED = st.recursive(
    st.just("{}"),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=2) | st.dictionaries(st.sampled_from(["a", "b {}"]), inner, min_size=1)
    ),
    max_leaves=5,
)


def filled(value: Any, text: str) -> Any:
    if isinstance(value, dict):
        return {name.replace("{}", text): filled(inner, text) for name, inner in value.items()}
    return [filled(inner, text) for inner in value] if isinstance(value, list) else value.replace("{}", text)


@given(planted(), WRAPPED)
def test_no_planted_identifier_survives_in_any_nesting(identifier: tuple[str, str], shape: Any) -> None:
    masked = FULL.case({"outer": filled(shape, identifier[1])})
    assert digits(identifier[1]) not in digits(json.dumps(masked.fields, ensure_ascii=False))
    assert masked.found


@given(st.lists(planted().map(lambda it: it[1]) | plain_text() | st.text(max_size=20), max_size=6).map(" ".join))
def test_masking_twice_changes_nothing(text: str) -> None:
    once, _ = FULL.text(text)
    assert FULL.text(once) == (once, {})


@given(st.text())
def test_any_text_has_an_outcome(text: str) -> None:
    masked, found = FULL.text(text)
    assert (masked == text) == (not found)
    assert sum(masked.count(mask) - text.count(mask) for mask in REPLACEMENTS.values()) == sum(found.values())


@given(plain_text())
def test_a_text_without_identifiers_is_unchanged(text: str) -> None:
    assert FULL.text(text) == (text, {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "On 2026-11-23 at 10:15:30, and from 31.12.2025 - 31.12.2026.",
        "1,234,567.89 EUR, 12.5 %, 3 x 450.00",
        "Claim CLM-2026-000123, order no. 4711, room 12/4",
        "2026-11-23 10:15:30 +0100, 2026-11-23T10:15:30",
        "Version 1.2.3, paragraphs 3.1.4.1 to 3",
        "12:30:45 and a ratio of 3:2:1",
        "write to me @ home, or #5 @12",
        "The engine's number is WVWZZZ1JZ3W386752",
    ],
)
def test_what_only_looks_like_an_identifier_stays(text: str) -> None:
    few = Masker(Masking([], ALL, ["DE", "NL", "US"]))
    if "3.1.4.1" in text:
        # Four numbers with dots are an address to every reader.
        assert few.text(text)[1] == {"ip": 1}
    else:
        assert few.text(text) == (text, {})


@given(
    st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)),
    st.sampled_from(["%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d-%m-%Y, 14:30", "%d.%m.%Y 10:15", "%Y/%m/%d"]),
)
def test_a_date_is_no_number_of_anybody(day: datetime.date, form: str) -> None:
    text = f"on {day.strftime(form)}"
    assert FULL.text(text) == (text, {})


def test_an_id_that_begins_like_a_date_is_one() -> None:
    for written in ("1981-12-18-9876", "811218-9876", "19811218-9876"):
        assert Masker(Masking([], ["national-id"], ["SE"])).text(f"nr {written}.")[0] == "nr [national-id]."


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=8), max_size=4))
def test_what_is_masked_by_name_is_gone_at_any_depth(rest: dict[str, Any]) -> None:
    value = "Erika Mustermann"
    fields = {"outer": [{"HOLDER name": value, "rest": rest}], "x": {"holder.holder-name": [value]}, "licence_plate": 7}
    masked = NAMED.case(fields)
    assert value not in json.dumps(masked.fields)
    assert masked.fields["outer"][0]["HOLDER name"] == MASK
    assert masked.fields["licence_plate"] == MASK
    assert masked.hidden == {"outer.holder_name", "x.holder.holder_name", "licence_plate"}
    assert masked.found == {}


def test_a_declared_path_is_masked_nested_and_flattened_and_nothing_else_of_its_name() -> None:
    nested = Masker(Masking(["holder.iban"]))
    fields = {"holder": {"iban": "a", "name": "b"}, "x": [{"Holder": [{"IBAN": "c"}]}], "holder.iban": "d", "iban": "e"}
    masked = nested.case(fields)
    assert masked.fields == {
        "holder": {"iban": MASK, "name": "b"},
        "x": [{"Holder": [{"IBAN": MASK}]}],
        "holder.iban": MASK,
        "iban": "e",
    }
    assert masked.hidden == {"holder.iban", "x.holder.iban"}


@pytest.mark.parametrize(
    "name", ["holder_name[0]", "x.holder_name[12].first", "holder_name\u3164", "\u2800holder_name"]
)
def test_a_list_that_was_flattened_and_a_name_with_blanks_are_masked_by_name(name: str) -> None:
    assert NAMED.case({name: "Erika"}).fields == {FULL.name(name).shown: MASK}


def test_many_short_texts_buy_no_more_checks_than_one(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = 0
    real = phonenumbers.parse

    def parse(*arguments: Any) -> Any:
        nonlocal checks
        checks += 1
        return real(*arguments)

    monkeypatch.setattr(phonenumbers, "parse", parse)
    FULL.case({"note": ["0-5-5-" * 100] * 400})
    # Each of the ten countries' plans, and international numbers.
    assert checks <= 11 * MOST_CHECKS


def test_names_that_are_masked_alike_stay_apart() -> None:
    masked = NAMED_BY_PATTERN.case({f"a{number}@example.com": number for number in range(3000)})
    assert sorted(masked.fields.values()) == list(range(3000))
    assert masked.found == {"email": 3000}


NAMED_BY_PATTERN = Masker(Masking([], ["email"]))
SPELLINGS = ["holderName", "HolderName", "HOLDERNAME", "holder/name", "holder:name", "x.holderName", "holder\u2013name"]


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_name_is_masked_however_a_system_joins_its_words(name: str) -> None:
    masked = NAMED.case({"papers": [{name: "Erika Example"}], name: ["Erika Example"], "household_names": "stay"})
    assert "Erika" not in str(masked.fields)
    assert masked.fields["household_names"] == "stay"


def test_what_is_no_text_is_masked_by_name_only() -> None:
    fields = {
        "card": 4111111111111111,
        "amount": Decimal("49301234567"),
        "day": datetime.date(2026, 11, 23),
        "true": True,
        "none": None,
    }
    assert FULL.case(fields).fields == fields
    assert FULL.case({"card": "4111111111111111"}).found == {"card": 1}


def test_names_that_are_identifiers_are_masked_and_stay_apart() -> None:
    fields = {"x": {"anna@example.com": 1, "bert@example.com": {"holder_name": "x"}, "[email]": 3}}
    masked = FULL.case(fields)
    assert masked.fields == {"x": {"[email] 2": 1, "[email] 3": {"holder_name": MASK}, "[email]": 3}}
    assert masked.found == {"email": 2}
    assert masked.hidden == {"x.[email]_3.holder_name"}


def test_the_case_itself_is_left_alone() -> None:
    fields = {"holder_name": "x", "note": "4111 1111 1111 1111", "a": [{"b": "anna@example.com"}]}
    copy = json.loads(json.dumps(fields))
    FULL.case(fields)
    assert fields == copy


def test_only_declared_patterns_and_countries_are_looked_for() -> None:
    for name in ALL:
        if name == "national-id":
            continue
        text = "; ".join(PLANTED.values())
        assert Masker(Masking([], [name])).text(text)[1].keys() == {name}
    assert Masker(Masking([], ["national-id"])).text("BSN 111222333") == ("BSN 111222333", {})
    assert Masker(Masking([], ["national-id"], ["NL"])).text("BSN 111222333") == (
        "BSN [national-id]",
        {"national-id": 1},
    )
    assert Masker(Masking([], ["phone"])).text("030 901820, +49 30 901820")[0] == "030 901820, [phone]"
    assert Masker(Masking([], ["phone"], ["DE"])).text("030 901820, +49 30 901820")[0] == "[phone], [phone]"


def test_a_country_whose_ids_nobody_can_check_is_a_fault_at_start() -> None:
    assert list(masking_faults(Masking([], ALL, ["DE", "US"]))) == []
    assert list(masking_faults(Masking([], ["card"], ["AQ"]))) == []
    found = list(masking_faults(Masking([], ALL, ["AQ"])))
    assert len(found) == 2
    assert all("AQ" in fault and fault.startswith("masking.countries") for fault in found)


@pytest.mark.parametrize(
    "text",
    [
        "\uff14\uff11\uff11\uff11 \uff11\uff11\uff11\uff11 1111 1111",
        "".join(chr(0x660 + int(c)) for c in "4111111111111111"),
        "".join(chr(0x1D7CE + int(c)) for c in "4111111111111111"),
        "4\u00b9\u00b9\u00b9 1111 1111 1111",
        "4111\u200b1111\u20601111\u00ad1111",
        "4111\u31641111\u28001111\uffa01111",
        "4\u03011\u20dd11 1111 1111 1111",
        "4111\u20131111\u20131111\u20131111",
        "4111\u00a01111\u202f1111\u30001111",
        "4111\n1111\n1111\t1111",
        "4111 - 1111 - 1111 - 1111",
        "4111\u0000111111111111",
        "card4111111111111111card",
        "_4111_1111_1111_1111_",
    ],
)
def test_other_digits_and_hidden_characters_are_no_way_past(text: str) -> None:
    masked, found = FULL.text(f"pay <{text}> now")
    assert found == {"card": 1}
    assert masked in {"pay <[card]> now", "pay <card[card]card> now", "pay <_[card]_> now"}


def test_what_stands_around_an_identifier_stays_as_it_was_written() -> None:
    text = "Grüße \u200b\uff12\uff15 an anna@exämple.com\u00ad und \u0661\u0662 Äpfel."
    assert FULL.text(text)[0] == "Grüße \u200b\uff12\uff15 an [email]\u00ad und \u0661\u0662 Äpfel."


@pytest.mark.parametrize("text", ["4 1 ", "1.2.", "00 1", "@", "a@b.c ", "DE12 ", "1:", "(1)", "+1", "é1 ", "\u06604"])
def test_long_hostile_texts_end(text: str) -> None:
    masked, _ = FULL.text(text * 3000)
    assert isinstance(masked, str)


@given(st.lists(planted().map(lambda it: it[1]) | plain_text(), min_size=1, max_size=8))
def test_what_is_remembered_of_instructions_is_what_is_found_in_them(texts: list[str]) -> None:
    for text in [*texts, *texts]:
        assert REMEMBERS.instruction(text) == REMEMBERS.text(text)


def test_nobody_fills_the_memory_with_instructions() -> None:
    masker = Masker(Masking([], ["email"], []))
    tracemalloc.start()
    for number in range(5_000):
        masker.instruction(f"{number} {'long ' * 400}")
    for number in range(5):
        masker.instruction(f"{number} {'long ' * 200_000}")
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 1 << 20


REMEMBERS = Masker(Masking([], ["card", "iban", "email", "phone", "national-id", "ip"], ["DE", "NL"]))
