"""Groups of cases whose errors are compared, and which a tier may ask for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lockgate.charter.condition import Condition
from lockgate.charter.section import Slug

Segments = Annotated[dict[Slug, Condition], Field(max_length=100)]
