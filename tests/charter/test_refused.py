"""Each file of ``refused/`` is a charter, with what is said of it in the comments at its top.

``# refused: `` begins each line of the error, in order and without the charter's path. ``# rest: complete``
says that the sections which the file leaves out are those of ``complete.yaml``; they follow its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lockgate.charter.load import load
from lockgate.errors import InputError

CASES = sorted((Path(__file__).parent / "refused").glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_it_is_refused_with_these_lines(case: Path, complete: str, write: Callable[[str, str | bytes], Path]) -> None:
    text = case.read_bytes().decode()
    path = write("refused", _completed(text, complete))

    with pytest.raises(InputError) as refusal:
        load(path)

    lines = str(refusal.value).splitlines()
    assert [line.removeprefix(f"{path}:") for line in lines] == re.findall(r"^# refused: (.*)$", text, re.MULTILINE)


def test_the_charter_that_the_cases_complete_is_accepted(stacks: Path) -> None:
    assert load(stacks / "complete" / "charter.yaml").use_case.name == "permit-desk"


def _completed(text: str, complete: str) -> str:
    if not re.search(r"^# rest: complete$", text, re.MULTILINE):
        return text
    own = _sections(text)
    return text + "".join(section for key, section in _sections(complete).items() if key not in own)


def _sections(text: str) -> dict[str, str]:
    """The lines of each top-level section of a charter."""
    parts = re.split(r"^(?=\w+:)", text, flags=re.MULTILINE)
    return {part.partition(":")[0]: part for part in parts if re.match(r"\w+:", part)}
