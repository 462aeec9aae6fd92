"""The most tokens that a prompt can be counted as, without asking anybody: see docs/decisions (token bound).

A token of the tokenizers listed here stands for at least one byte of UTF-8 of the normalised text, so a text has no
more tokens than bytes. What normalising can add, and what a model's template adds around the text, is declared below.
Text only: pictures, sound and files are counted by other rules, and are refused here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal

import msgspec

from ledger.price import Tariff


class UnboundedError(Exception):
    """What the call can cost at most is not known, so it must not be made."""


class Tokenizer(msgspec.Struct, frozen=True, gc=False):
    """How a family of models counts text.

    ``expansion`` is how many bytes normalising can make of one byte outside ASCII (Unicode Standard Annex 15: 3 for
    NFC, 11 for NFKC; 1 where nothing is normalised). ``per_call`` and ``per_message`` bound what the template adds: the
    beginning of the text, marks of roles and turns, instructions that the host adds by itself.
    """

    expansion: Literal[1, 3, 11]
    per_call: int
    per_message: int


GEMINI = Tokenizer(expansion=1, per_call=64, per_message=16)
LLAMA = Tokenizer(expansion=1, per_call=128, per_message=16)
HARMONY = Tokenizer(expansion=1, per_call=512, per_message=16)
# Anthropic publishes neither the tokenizer nor the template; its last public tokenizer normalised with NFKC.
CLAUDE = Tokenizer(expansion=11, per_call=1024, per_message=16)

FAMILIES = (
    ("gemini-", GEMINI),
    ("gemma", GEMINI),
    ("llama-", LLAMA),
    ("gpt-oss-", HARMONY),
    ("claude-", CLAUDE),
)


@cache
def tokenizer(model: str) -> Tokenizer:
    """The tokenizer of a model by its id; raises UnboundedError for a family that nobody has looked at."""
    for prefix, known in FAMILIES:
        if model.startswith(prefix):
            return known
    raise UnboundedError(
        f"{model} has a tokenizer of which no bound is known. Add it to ledger/bound.py with its source."
    )


def most_tokens(texts: Iterable[str], counted_by: Tokenizer) -> int:
    """An upper bound of the input tokens of one call whose messages, instructions, tools and schemas are ``texts``.

    Raises UnboundedError for a text that UTF-8 cannot carry (a lone surrogate).
    """
    total = counted_by.per_call
    for text in texts:
        total += counted_by.per_message + len(text)
        if not text.isascii():
            total += _beyond_ascii(text, counted_by.expansion)
    return total


def worst_case(most_input: int, most_output: int, tariff: Tariff, attempts: int = 1) -> int:
    """The most that a call and its retries cost, in units of 1e-12 of the currency; ``attempts`` counts all of them.

    Thoughts are output (Vertex AI pricing, "Gemini") and lie within the output limit.
    """
    if attempts < 1 or most_output < 1:
        raise UnboundedError("a call needs an output limit and at least one attempt")
    return attempts * tariff.worst(most_input, most_output)


def _beyond_ascii(text: str, expansion: int) -> int:
    """What the bytes outside ASCII add to the text's length in characters."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise UnboundedError("the prompt holds half of a surrogate pair, which is no text") from None
    if expansion == 1:
        return size - len(text)
    ascii_only = len(text.encode("ascii", "ignore"))
    return (size - ascii_only) * expansion + ascii_only - len(text)
