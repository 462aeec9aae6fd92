from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lockgate.charter import source
from lockgate.charter.load import digest, load, load_stack, validate
from lockgate.charter.model import Charter
from lockgate.charter.problem import CharterError
from lockgate.charter.source import Document
from lockgate.errors import InputError

HERE = Path(__file__).parent
Write = Callable[[str, str | bytes], Path]

COMPLETE: dict[str, Any] = source.read((HERE / "complete.yaml").read_bytes(), "complete.yaml").data
DEVELOPMENT = """\
format: lockgate.charter/1
extends: complete
use_case: {environment: development}
capacity:
  router: {max_instances: 2}
money: {monthly_limit: 400}
evaluation:
  max_error_by_segment: {traders: 0.1}
"""


def written(data: Any) -> Document:
    """As JSON, which is YAML in which no text can be taken for a number."""
    return source.read(json.dumps(data, ensure_ascii=False).encode(), "written.yaml")


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(InputError) as error:
        call()
    return str(error.value)


def test_a_charter_is_typed(stacks: Path) -> None:
    charter = load_stack(stacks, "complete")
    assert charter.money.monthly_limit == Decimal(5000)
    assert charter.governance.dpia is not None
    assert charter.governance.dpia.approved_on.isoformat() == "2026-09-30"
    assert charter.routing.medium is None


def test_its_document_is_plain_json_with_numbers_as_written(stacks: Path) -> None:
    document = load_stack(stacks, "complete").document()
    assert json.loads(json.dumps(document)) == document
    assert json.dumps(document["money"]["exchange"]) == (
        '{"usd_rate": 0.92, "date": "2026-11-02", "source": "city treasury planning rate"}'
    )
    assert json.dumps(document["money"]["monthly_limit"]) == "5000"


def test_a_charter_cannot_be_changed(stacks: Path) -> None:
    charter = load_stack(stacks, "complete")
    with pytest.raises(ValueError, match="frozen"):
        charter.money.monthly_limit = Decimal(1)  # type: ignore[misc]


@pytest.mark.parametrize(
    "name",
    ["..", ".", "../complete", "complete/../complete", "/etc", "a\\b", "", "complete\n", "-x", ".hidden", "x" * 101],
)
def test_a_name_that_leads_elsewhere_is_refused(stacks: Path, name: str) -> None:
    message = refusal(lambda: load_stack(stacks, name))
    assert "is not the name of a stack" in message
    assert len(message.splitlines()) == 1


def test_a_stack_that_is_missing_is_told_with_those_that_exist(stacks: Path, write: Write) -> None:
    write("staff-assistant", "")
    assert refusal(lambda: load_stack(stacks, "compleet")) == (
        "stacks/compleet/charter.yaml: no charter for the stack 'compleet'. Did you mean complete? "
        "Stacks in stacks: complete, staff-assistant."
    )
    assert refusal(lambda: load_stack(stacks, "production")) == (
        "stacks/production/charter.yaml: no charter for the stack 'production'. "
        "Stacks in stacks: complete, staff-assistant."
    )


def test_without_any_stack_the_next_step_is_named(tmp_path: Path) -> None:
    message = refusal(lambda: load_stack(tmp_path / "none", "demo"))
    assert message.endswith("Write one with 'lockgate init'.")


def test_a_path_that_cannot_be_read(tmp_path: Path) -> None:
    assert refusal(lambda: load(tmp_path)) == f"{tmp_path}: cannot be read: Is a directory. Give the path of a charter."
    missing = tmp_path / "charter.yaml"
    assert "No such file" in refusal(lambda: load(missing))
    assert "is not a path" in refusal(lambda: load(Path("a\0b")))


def test_a_link_to_itself_is_told_by_its_name(stacks: Path) -> None:
    (stacks / "loop").mkdir()
    (stacks / "loop" / "charter.yaml").symlink_to("charter.yaml")
    assert refusal(lambda: load_stack(stacks, "loop")).startswith("stacks/loop/charter.yaml: cannot be read: ")


def test_an_endless_file_is_refused(tmp_path: Path) -> None:
    endless = tmp_path / "charter.yaml"
    endless.symlink_to("/dev/zero")
    assert "larger than 256 KiB" in refusal(lambda: load(endless))


def test_the_digest_is_of_what_is_said_and_not_of_how(stacks: Path, write: Write, complete: str) -> None:
    before = digest(load_stack(stacks, "complete"))
    assert before.startswith("sha256:")
    respelt = "# a comment\n" + complete.replace("monthly_limit: 5000", "monthly_limit:   5000.00")
    assert digest(load(write("respelt", respelt))) == before
    changed = complete.replace("monthly_limit: 5000", "monthly_limit: 5001")
    assert digest(load(write("changed", changed))) != before


def test_an_extending_charter_inherits_what_it_does_not_say(stacks: Path, write: Write) -> None:
    base, own = load_stack(stacks, "complete").document(), load(write("dev", DEVELOPMENT)).document()
    assert own["extends"] == "complete"
    assert own["use_case"]["environment"] == "development"
    assert own["capacity"]["router"] == {"max_instances": 2, "concurrency": 40, "memory_mib": 1024}
    assert own["evaluation"]["max_error_by_segment"] == {"residents": 0.03, "traders": 0.1}
    assert own["money"] == base["money"] | {"monthly_limit": 400}
    same = {"business", "governance", "risk", "data", "cloud", "models", "logging", "routing", "rollout"}
    assert {key: own[key] for key in same} == {key: base[key] for key in same}


def test_an_inherited_value_may_be_repeated(write: Write) -> None:
    repeated = (
        DEVELOPMENT + "data: {personal: true, residency: [europe-west4, europe-west1]}\nrouting: {medium: null}\n"
    )
    assert load(write("dev", repeated)).data.personal


def test_the_other_charter_is_found_from_within_the_stack(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write("dev", DEVELOPMENT).parent)
    assert load(Path("charter.yaml")).extends == "complete"
    assert load(Path("../dev/charter.yaml")).extends == "complete"


def test_mistakes_of_the_other_charter_are_told_in_its_file(stacks: Path, write: Write, complete: str) -> None:
    base = stacks / "complete" / "charter.yaml"
    base.write_text(complete.replace("monthly_limit: 5000", "monthly_limit: -1"), encoding="utf-8")
    line = 1 + complete[: complete.index("monthly_limit")].count("\n")
    assert refusal(lambda: load(write("dev", DEVELOPMENT))).startswith(f"{base}:{line}: money.monthly_limit: expected")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("environment: production", "environment: pilot"),
            "expected a charter in production, stacks/complete/charter.yaml is in pilot",
        ),
        (
            ("format:", "extends: dev\nformat:"),
            "stacks/complete/charter.yaml itself extends 'dev', expected a charter that stands by itself",
        ),
    ],
)
def test_only_a_production_charter_that_stands_by_itself_is_extended(
    stacks: Path, write: Write, complete: str, change: tuple[str, str], said: str
) -> None:
    (stacks / "complete" / "charter.yaml").write_text(complete.replace(*change, 1), encoding="utf-8")
    path = write("dev", DEVELOPMENT)
    assert refusal(lambda: load(path)).startswith(f"{path}:2: extends: {said}. ")


def test_a_contradiction_with_an_inherited_value_names_the_key_that_was_overridden(write: Write) -> None:
    path = write("dev", DEVELOPMENT + "business: {scaling: {cases_per_day: 9000}}\n")
    assert refusal(lambda: load(path)) == (
        f"{path}:9: business.scaling.cases_per_day: is 9000, above cases_per_day_at_target (700). "
        "Lower it, or raise the target."
    )


def test_a_great_many_problems_are_cut_short(write: Write, complete: str) -> None:
    path = write("noisy", complete + "".join(f"key{number}: 1\n" for number in range(10_000)))
    lines = refusal(lambda: load(path)).splitlines()
    assert len(lines) == 101
    assert lines[-1] == f"{path}: 9900 more problems are not shown. Put these right first."


def test_problems_are_data_too(write: Write, complete: str) -> None:
    path = write("two", complete.replace("EUR", "EURO").replace("stage: limited", "stage: done"))
    with pytest.raises(CharterError) as error:
        load(path)
    assert [(problem.path, problem.place.file) for problem in error.value.problems] == [
        (("money", "currency"), str(path)),
        (("rollout", "stage"), str(path)),
    ]


def test_a_sound_charter_does_not_load_what_only_errors_need() -> None:
    program = (
        "import sys, pathlib; from lockgate.charter.load import load; load(pathlib.Path(sys.argv[1]));"
        "print(*{'lockgate.charter.explain', 'pulumi', 'rich', 'typer'}.intersection(sys.modules))"
    )
    command = [sys.executable, "-c", program, str(HERE / "complete.yaml")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == []


texts = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=2, max_size=80).filter(
    lambda text: len(text.strip()) >= 2
)
amounts = st.decimals(min_value="0.0001", max_value=10**9, places=4)
ANSWERS: dict[tuple[str | int, ...], st.SearchStrategy[Any]] = {
    ("use_case", "summary"): texts,
    ("use_case", "people_affected"): st.lists(texts, min_size=1, max_size=3, unique_by=str.strip),
    ("business", "kpi", "baseline"): st.floats(-1e12, 1e12).filter(lambda number: number != 14),
    ("business", "kpi", "value_per_unit"): amounts.map(float),
    ("business", "kpi", "review_by"): st.dates().map(str),
    ("governance", "dpia"): st.none(),
    ("risk", "low", "max_error"): st.floats(0, 1) | st.integers(0, 1),
    ("data", "retention_days"): st.integers(1, 3650),
    ("money", "monthly_limit"): amounts.map(float) | st.integers(1, 10**9),
    ("logging", "locked"): st.booleans(),
    ("rollout", "stage"): st.sampled_from(["pilot", "limited", "general"]),
}


@settings(max_examples=50)
@given(st.fixed_dictionaries({}, optional=ANSWERS))
def test_a_charter_written_out_is_read_as_the_same(answers: dict[tuple[str | int, ...], Any]) -> None:
    charter = validate(written(replaced(COMPLETE, answers)))
    again = validate(written(charter.document()))
    assert again == charter
    assert digest(again) == digest(charter)


hostile = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts | st.just(""),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(texts | st.just("id"), children, max_size=3),
    max_leaves=5,
)
PATHS = [path for path in source.read((HERE / "complete.yaml").read_bytes(), "complete.yaml").places if path]


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(PATHS), hostile, min_size=1, max_size=4))
def test_any_other_value_anywhere_is_taken_or_refused_by_its_name(changes: dict[tuple[str | int, ...], Any]) -> None:
    document = written(replaced(COMPLETE, changes))
    try:
        charter = validate(document)
    except CharterError as error:
        problems = error.problems
    else:
        assert validate(written(charter.document())) == charter
        return
    assert problems
    touched = {path[0] for path in changes} | {"cloud", "logging", "routing", "capacity"}
    assert all(problem.path[:1] == () or problem.path[0] in touched for problem in problems)
    assert all(len(str(problem).splitlines()) == 1 and problem.remedy for problem in problems)


def replaced(data: dict[str, Any], changes: dict[tuple[str | int, ...], Any]) -> dict[str, Any]:
    """``data`` with other values at some paths; a path that an earlier change removed is left out."""
    result: Any = copy.deepcopy(data)
    for path, value in changes.items():
        holder: Any = result
        for step in path[:-1]:
            holder = (
                holder.get(step)
                if isinstance(holder, dict)
                else holder[step]
                if isinstance(holder, list) and isinstance(step, int) and step < len(holder)
                else None
            )
        last = path[-1]
        if isinstance(holder, dict) or (isinstance(holder, list) and isinstance(last, int) and last < len(holder)):
            holder[last] = value
    return dict(result)


def test_what_pyyaml_writes_of_a_charter_is_read_back(stacks: Path, write: Write) -> None:
    charter = load_stack(stacks, "complete")
    assert load(write("again", yaml.safe_dump(charter.document(), allow_unicode=True))) == charter


def test_the_models_can_be_filled_from_python_too() -> None:
    assert Charter.model_validate_json(json.dumps(COMPLETE)) == validate(written(COMPLETE))
