"""A complete charter, and stacks built around variations of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def complete() -> str:
    """The text of a charter in which every key has an answer."""
    return (Path(__file__).parent / "complete.yaml").read_text(encoding="utf-8")


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, complete: str) -> Path:
    """The folder ``stacks``, relative to the working directory, with the one stack ``complete``."""
    monkeypatch.chdir(tmp_path)
    folder = Path("stacks")
    (folder / "complete").mkdir(parents=True)
    (folder / "complete" / "charter.yaml").write_text(complete, encoding="utf-8")
    return folder


@pytest.fixture
def write(stacks: Path) -> Callable[[str, str | bytes], Path]:
    """Write the charter of a further stack, and give its path."""

    def charter(stack: str, content: str | bytes) -> Path:
        path = stacks / stack / "charter.yaml"
        path.parent.mkdir()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return charter
