"""Each wrong call and each wrong input: one message that names the thing, status 2, no traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lockgate.cli.main import run


@pytest.fixture
def refused(
    environment: dict[str, str], rules: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., str]:
    """Call ``lockgate check`` in this process, see that it ends with status 2, and return what it says."""
    for name in ("HOME", "PATH"):
        monkeypatch.setenv(name, environment[name])
    monkeypatch.delenv("OPA_URL", raising=False)

    def call(*arguments: str | Path, verb: str = "check") -> str:
        options = ("--policies", str(rules)) if verb == "check" else ()
        status = run([verb, *map(str, arguments), *options])
        out, err = capsys.readouterr()
        assert status == 2, err
        assert out == ""
        assert "Traceback" not in err
        assert all(line.startswith("lockgate: ") for line in err.splitlines())
        return " ".join(err.split())

    return call


def edited(charter: Path, to: Path, old: str, new: str) -> Path:
    text = charter.read_text()
    assert old in text
    to.write_text(text.replace(old, new, 1))
    return to


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "nothing to judge: give STACK, --plan FILE with --charter FILE, or --program DIR"),
        (["claims-triage", "--plan", "p.json"], "STACK and --plan are given, expected one of them"),
        (["--plan", "p.json", "--program", "."], "--plan and --program are given"),
        (["--plan", "p.json"], "Add --charter FILE"),
        (["--plan", "p.json", "--charter", "c.yaml"], "--plan p.json: there is no such file"),
        (["--plan", ".", "--charter", "c.yaml"], "--plan .: is a folder, expected a file"),
        (["--plan", "p.json", "--charter", "c.yaml", "--stack", "x"], "are for recording"),
        (["claims-triage", "--charter", "c.yaml"], "a stack has its own charter"),
        (["claims-triage", "--stack", "other"], "STACK already names the stack"),
        (["claims-triage", "--config", "novalue"], "--config novalue: expected KEY=VALUE"),
        (["claims-triage", "--at", "tomorrow"], "--at tomorrow: expected a date or a date-time of RFC 3339"),
        (["claims-triage", "--answers", "none.json"], "none.json: cannot be read: No such file or directory"),
        (["claims-triage"], "no folder from here upwards has Pulumi.yaml and stacks/"),
        (["--program", "nowhere"], "nowhere: no Pulumi.yaml there"),
    ],
)
def test_a_wrong_call(
    arguments: list[str], says: str, refused: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert says in refused(*arguments)


@pytest.mark.parametrize(
    ("stack", "says"),
    [
        ("claims-triag", "Did you mean claims-triage?"),
        ("nothing-like-it", "claims-triage"),
        ("stacks", "is a folder, expected the name of a stack. A program is judged with --program stacks"),
        ("Pulumi.yaml", "is a file, expected the name of a stack. A saved plan is judged with --plan Pulumi.yaml"),
        ("../claims-triage", "is not the name of a stack"),
    ],
)
def test_a_stack_that_is_not_there(
    stack: str, says: str, refused: Callable[..., str], checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    assert says in refused(stack)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not JSON"),
        (b'{"format": "lockgate.plan/1", "resources": [', "not JSON, or cut off"),
        (b"[]", "expected an object"),
        (b'{"format": "lockgate.plan/2", "project": "p", "stack": "s", "resources": []}', "lockgate.plan/1"),
        (b'{"version": 4, "terraform_version": "1.9"}', "not a plan"),
        (b"\xff\xfe\x00", "not JSON"),
    ],
)
def test_a_plan_that_is_none(
    content: bytes, says: str, refused: Callable[..., str], charter: Path, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    plan.write_bytes(content)
    said = refused("--plan", plan, "--charter", charter)
    assert says in said
    assert str(plan) in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  currency: EUR", "  currency: EURO", "money.currency"),
        ("  monthly_limit: 5000", "  monthly_limit: -5000", "money.monthly_limit"),
        ("  monthly_limit: 5000", "  monthly_limit: many", "money.monthly_limit"),
        ("  monthly_limit: 5000", "  monthly_limit: 5000\n  monthly_limit: 1", "duplicate key"),
        ("  monthly_limit: 5000", "  monthly_limt: 5000", "monthly_limt"),
        ("format: lockgate.charter/1", "format: lockgate.charter/2", "lockgate.charter/1"),
    ],
)
def test_a_charter_that_is_wrong(
    *, old: str, new: str, says: str, refused: Callable[..., str], allowed: Path, charter: Path, tmp_path: Path
) -> None:
    wrong = edited(charter, tmp_path / "charter.yaml", old, new)
    said = refused("--plan", allowed, "--charter", wrong)
    assert says in said
    assert f"{wrong}:" in said


@pytest.mark.parametrize("content", ["", "just text\n", "- a\n- list\n"])
def test_a_charter_that_is_none(content: str, refused: Callable[..., str], allowed: Path, tmp_path: Path) -> None:
    file = tmp_path / "charter.yaml"
    file.write_text(content)
    assert str(file) in refused("--plan", allowed, "--charter", file)


def test_a_program_that_raises_names_the_line(refused: Callable[..., str], checkout: Path) -> None:
    (checkout / "infra" / "__main__.py").write_text(
        "def build():\n    raise RuntimeError('no \\x1b[31mregion')\n\nbuild()\n"
    )
    said = refused("--program", checkout)
    assert "infra/__main__.py:2" in said
    assert "RuntimeError: no \\u001b[31mregion" in said


def test_waivers_that_are_wrong(refused: Callable[..., str], allowed: Path, charter: Path, tmp_path: Path) -> None:
    (tmp_path / "charter.yaml").write_text(charter.read_text())
    (tmp_path / "waivers.yaml").write_text("format: lockgate.waivers/1\nwaivers:\n  - rule: FIN-002\n")
    assert "waivers.yaml:3" in refused("--plan", allowed, "--charter", tmp_path / "charter.yaml")


def test_answers_of_another_form(refused: Callable[..., str], checkout: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.json"
    file.write_text(json.dumps({"gcp:a:b": "text"}))
    assert "expected {token: {result}}" in refused("--program", checkout, "--answers", file)


def test_an_unknown_option_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "--colour-scheme", "x"]) == 2
    assert "No such option" in capsys.readouterr().err


def test_an_unknown_form_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "x", "--format", "yaml"]) == 2
    assert "sarif" in capsys.readouterr().err
