"""What a model answers, beside its reasons, the facts it rests on, and its confidence."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lockgate.charter.declared import DeclaredField
from lockgate.charter.section import FieldName

Output = Annotated[dict[FieldName, DeclaredField], Field(min_length=1, max_length=50)]


def text_alone() -> Output:
    """What is answered where the charter does not say: one text."""
    return {"decision": DeclaredField(type="text")}
