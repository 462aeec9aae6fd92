"""``lockgate init``: every question asked, refused until answered, and right once it is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from lockgate.charter.load import load_stack
from lockgate.charter.problem import CharterError
from lockgate.cli import scaffold
from lockgate.cli.checkout import Checkout
from lockgate.cli.main import run
from lockgate.errors import InputError

STACKS = Path(__file__).resolve().parents[2] / "stacks"
REFERENCES = ("claims-triage", "staff-assistant")


@pytest.fixture
def place(checkout: Path) -> Checkout:
    """A checkout with both reference stacks."""
    shutil.copytree(STACKS / "staff-assistant", checkout / "stacks" / "staff-assistant")
    return Checkout(checkout)


def read(charter: Path) -> Any:
    return yaml.safe_load(charter.read_text())


def reference(name: str) -> Any:
    return read(STACKS / name / "charter.yaml")


def answered(asked: Any, answers: Any) -> Any:
    """The scaffold's data with each placeholder replaced by the answer of a reference charter."""
    if isinstance(asked, dict):
        if scaffold.PLACEHOLDER in asked:
            return answers
        return {key: answered(value, answers[key]) for key, value in asked.items() if key in answers}
    if isinstance(asked, list):
        return answers
    return answers if asked == scaffold.PLACEHOLDER else asked


def questions(data: Any) -> int:
    if isinstance(data, dict):
        return sum(questions(key) + questions(value) for key, value in data.items())
    if isinstance(data, list):
        return sum(map(questions, data))
    return int(data == scaffold.PLACEHOLDER)


def test_a_new_charter_asks_every_question_that_the_references_answer(place: Checkout) -> None:
    scaffold.create(place, "new-stack", None)
    asked = read(place.stacks / "new-stack" / "charter.yaml")
    for name in REFERENCES:
        for section, answers in reference(name).items():
            if scaffold.PLACEHOLDER in asked[section]:
                continue  # names of one's own, such as those of segments, are for whoever answers
            assert set(answers if isinstance(answers, dict) else ()) <= set(
                asked[section] if isinstance(asked[section], dict) else ()
            )
    assert questions(asked) > 100


@pytest.mark.parametrize("source", [None, *REFERENCES])
def test_it_is_refused_until_it_is_answered(place: Checkout, source: str | None) -> None:
    scaffold.create(place, "new-stack", source)
    with pytest.raises(CharterError) as refused:
        load_stack(place.stacks, "new-stack")
    named = " ".join(str(refused.value).split())
    for key in ("business.sponsor", "business.kpi.baseline", "money.monthly_limit", "cloud.project"):
        assert f"{key}: " in named


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("taken", [False, True])
def test_once_answered_it_says_what_the_reference_says(place: Checkout, name: str, taken: bool) -> None:
    _, stack_file = scaffold.create(place, "new-stack", name if taken else None)
    file = place.stacks / "new-stack" / "charter.yaml"
    file.write_text(yaml.dump(answered(read(file), reference(name)), sort_keys=False))
    made = load_stack(place.stacks, "new-stack").document()
    wanted = load_stack(place.stacks, name).document()
    assert made.pop("use_case") == wanted.pop("use_case") | {"name": "new-stack"}
    assert made == wanted
    assert stack_file == place.stacks / "Pulumi.new-stack.yaml"


@pytest.mark.parametrize("name", REFERENCES)
def test_a_copy_keeps_no_name_of_a_person_or_a_place(place: Checkout, name: str) -> None:
    scaffold.create(place, "new-stack", name)
    text = (place.stacks / "new-stack" / "charter.yaml").read_text()
    original = reference(name)
    assert "@example" not in text
    for value in (original["cloud"]["project"], original["cloud"]["billing_account"], original["use_case"]["summary"]):
        assert value not in text


def test_each_path_that_is_asked_anew_is_one_of_the_references() -> None:
    charters = [reference(name) for name in REFERENCES]
    for path in scaffold.ASKED:
        assert any(_holds(charter, path.split(".")) for charter in charters), path


def _holds(data: Any, path: list[str]) -> bool:
    if not path:
        return True
    if not isinstance(data, dict):
        return False
    return any(_holds(value, path[1:]) for key, value in data.items() if path[0] in {"*", key})


@pytest.mark.parametrize("existing", ["stacks/new-stack/charter.yaml", "stacks/Pulumi.new-stack.yaml"])
def test_nothing_is_overwritten(place: Checkout, existing: str) -> None:
    file = place.root / existing
    file.parent.mkdir(exist_ok=True)
    file.write_text("mine")
    with pytest.raises(InputError, match="exists already, and is left as it is"):
        scaffold.create(place, "new-stack", None)
    assert file.read_text() == "mine"
    written = [place.stacks / "new-stack" / "charter.yaml", place.stacks / "Pulumi.new-stack.yaml"]
    assert [path for path in written if path.exists()] == [file]


def test_a_half_written_stack_is_taken_back(place: Checkout) -> None:
    (place.stacks / "new-stack").write_text("a file where the folder should be")
    with pytest.raises(InputError, match="new-stack"):
        scaffold.create(place, "new-stack", None)
    assert not (place.stacks / "Pulumi.new-stack.yaml").exists()


@pytest.mark.parametrize("name", ["", "x", "New", "a_b", "../up", "a/b", "-ab", "abc-", "a" * 31])
def test_a_name_that_is_none_is_refused(place: Checkout, name: str) -> None:
    with pytest.raises(InputError, match="expected 3 to 30 lower-case letters"):
        scaffold.create(place, name, None)


def test_a_source_that_extends_another_is_refused(place: Checkout) -> None:
    shutil.copytree(STACKS / "claims-triage-dev", place.stacks / "claims-triage-dev")
    with pytest.raises(InputError, match="Name the stack that it extends"):
        scaffold.create(place, "new-stack", "claims-triage-dev")


def test_the_verb_says_what_to_do_next(
    place: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place.root)
    assert run(["init", "new-stack", "--from", "staff-assistant"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "wrote stacks/new-stack/charter.yaml",
        "wrote stacks/Pulumi.new-stack.yaml",
        "Answer each TBD, then run: lockgate check new-stack",
    ]
    assert run(["check", "new-stack"]) == 2
    assert "stacks/new-stack/charter.yaml:" in capsys.readouterr().err
