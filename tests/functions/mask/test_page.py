"""The page on masking promises what the masker does: each of its examples is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from mask.masker import Masker
from route.table import Masking

PAGE = (Path(__file__).parents[3] / "docs" / "masking.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `([^`]+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE)
MASKER = Masker(Masking([], ["card", "iban", "email", "phone", "national-id", "ip"], ["DE", "NL", "US", "GB"]))


@pytest.mark.parametrize(("text", "seen"), EXAMPLES)
def test_an_example_of_the_page(text: str, seen: str) -> None:
    assert MASKER.text(text)[0] == seen


def test_the_page_has_examples_of_each_pattern_and_of_what_is_not_found() -> None:
    for mask in ("card", "iban", "email", "phone", "national-id", "ip"):
        assert any(f"[{mask}]" in seen for _, seen in EXAMPLES)
    assert sum(text == seen for text, seen in EXAMPLES) >= 4
