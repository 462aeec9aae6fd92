"""The verdicts of testdata/, by the name of their folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from lockgate.verdict import Verdict

TESTDATA = Path(__file__).parent / "testdata"


@pytest.fixture(params=sorted(path.parent.name for path in TESTDATA.glob("*/verdict.json")))
def case(request: pytest.FixtureRequest) -> Path:
    return TESTDATA / str(request.param)


@pytest.fixture
def load() -> Callable[[str], Verdict]:
    return lambda name: msgspec.json.decode((TESTDATA / name / "verdict.json").read_bytes(), type=Verdict)


@pytest.fixture
def verdict(case: Path, load: Callable[[str], Verdict]) -> Verdict:
    return load(case.name)
