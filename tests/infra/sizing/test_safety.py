"""What the charter masks is found where its name stands before it, and where its form gives it away."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sizing import safety
from lockgate.charter.load import load

ROOT = Path(__file__).parents[3]


def test_rules_and_component_know_the_same_detectors() -> None:
    known = json.loads((ROOT / "policies" / "data" / "safety.json").read_text())["safety"]
    assert known["detectors"] == dict(safety.DETECTORS)


@pytest.mark.parametrize("stack", ["claims-triage", "claims-triage-dev", "staff-assistant"])
def test_each_masked_field_has_a_detector_of_its_own(stack: str) -> None:
    charter = load(ROOT / "stacks" / stack / "charter.yaml")
    args = safety.size(charter)
    assert [field.info_type for field in args.labelled] == [field.upper() for field in charter.data.masked_fields]


@pytest.mark.parametrize(
    ("field", "kinds"),
    [
        ("holder_name", ["PERSON_NAME"]),
        ("birth date", ["DATE_OF_BIRTH"]),
        ("iban", ["IBAN_CODE"]),
        ("licence_plate", []),
    ],
)
def test_a_field_is_known_by_what_its_name_says(field: str, kinds: list[str]) -> None:
    assert safety.detectors(field) == kinds


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("licence_plate: AB-C 123, blue", "AB-C 123"),
        ('{"licence_plate": "AB-C 123"}', "AB-C 123"),
        ("Licence Plate = AB-C 123\nnext", "AB-C 123"),
        ("LICENCE-PLATE:AB-C 123;", "AB-C 123"),
    ],
)
def test_the_value_after_the_name_is_found(text: str, found: str) -> None:
    match = re.search(safety.labelled_pattern("licence_plate"), text)
    assert match is not None
    assert match[1] == found


@given(st.text(min_size=1, max_size=40))
def test_a_pattern_can_be_made_of_any_name(field: str) -> None:
    re.compile(safety.labelled_pattern(field))
    assert re.fullmatch(r"[A-Z0-9_]*", safety.own_info_type(field))
