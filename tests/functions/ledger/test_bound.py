from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger import bound
from ledger.bound import UnboundedError
from ledger.price import Step, Tariff


@given(text=st.text())
def test_no_text_has_more_bytes_than_tokens_are_counted(text: str) -> None:
    fixed = bound.GEMINI.per_call + bound.GEMINI.per_message
    assert bound.most_tokens([text], bound.GEMINI) == fixed + len(text.encode())


@given(text=st.text())
def test_normalising_never_passes_the_declared_growth(text: str) -> None:
    fixed = bound.CLAUDE.per_call + bound.CLAUDE.per_message
    most = bound.most_tokens([text], bound.CLAUDE) - fixed
    assert len(unicodedata.normalize("NFKC", text).encode()) <= most


def test_the_growth_of_every_character_is_within_annex_15() -> None:
    for code in range(0x80, 0x110000):
        if 0xD800 <= code < 0xE000:
            continue
        one = chr(code)
        size = len(one.encode())
        assert len(unicodedata.normalize("NFC", one).encode()) <= 3 * size
        assert len(unicodedata.normalize("NFKC", one).encode()) <= 11 * size


def test_what_cannot_be_bounded_is_refused() -> None:
    with pytest.raises(UnboundedError, match="surrogate"):
        bound.most_tokens(["\ud800"], bound.GEMINI)
    with pytest.raises(UnboundedError, match="no bound"):
        bound.tokenizer("mystery-1")
    with pytest.raises(UnboundedError, match="output limit"):
        bound.worst_case(10, 0, Tariff((Step(0, 1, 1, 1),)))


def test_retries_are_all_counted() -> None:
    assert bound.worst_case(10, 5, Tariff((Step(0, 2, 3, 1),)), attempts=3) == 3 * (20 + 15)
    assert bound.tokenizer("gemini-3.8-flash") is bound.GEMINI
