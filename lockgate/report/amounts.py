"""Amounts of money in a report: exact ones for programs, and a table of them for people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal, localcontext


def exact(amount: Decimal) -> str:
    """The amount as text, with all its places and no more."""
    with localcontext(prec=60):
        return f"{amount.normalize():f}"


def table(rows: Sequence[Sequence[str]], words: Collection[int]) -> Iterator[str]:
    """The rows as lines; the columns ``words``, counted from 0, begin at the left, and amounts end at the right."""
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [f"{cell:{'<' if at in words else '>'}{wide[at]}}" for at, cell in enumerate(row)]
        yield "  ".join(cells).rstrip()
