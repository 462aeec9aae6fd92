"""Help, its speed, and the page that is made of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lockgate import __version__
from lockgate.cli import reference
from lockgate.cli.app import command
from lockgate.cli.main import run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cli.md"


def verbs(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, verb in group.commands.items():
        if hasattr(verb, "commands"):
            yield from verbs(verb, (*path, name))
        else:
            yield (*path, name)


VERBS = sorted(verbs(command()))


def test_the_verbs_are_those_of_the_contract() -> None:
    assert [" ".join(verb) for verb in VERBS] == [
        *("archive", "audit", "bill reconcile", "budget left", "check", "doctor", "emulator", "init", "plan"),
        *("policy docs", "policy list", "policy publish", "policy test", "rehearse", "switch"),
        *("trail export", "trail verify", "up", "watch"),
    ]


@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_each_verb_shows_an_example_of_itself(verb: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*verb, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"Example:\n    lockgate {' '.join(verb)}" in shown
    assert max(map(len, shown.splitlines())) <= 80


# typer itself reads the options of a verb with pydantic.
@pytest.mark.parametrize(
    ("arguments", "needed"), [(["--version"], set()), (["--help"], set()), (["check", "--help"], {"pydantic"})]
)
def test_help_loads_nothing_that_it_does_not_need(arguments: list[str], needed: set[str]) -> None:
    heavy = {"pydantic", "pulumi", "requests", "rich", "msgspec", "yaml", "watchfiles", "opa_client"} - needed
    code = (
        "import sys; from lockgate.cli.main import run\n"
        f"status = run({arguments!r})\n"
        f"loaded = {heavy!r} & set(sys.modules)\n"
        "sys.exit(f'loaded: {loaded}' if loaded else status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"lockgate {__version__}\n"


def test_without_a_verb_the_help_is_shown_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    shown = capsys.readouterr()
    assert "Commands:" in shown.out + shown.err


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == reference.render(), "run: python -m docs.generate"


def test_the_page_does_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    at_80 = reference.render()
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert reference.render() == at_80


def test_the_page_names_every_verb_and_every_option() -> None:
    page = reference.render()
    for verb in VERBS:
        assert f"## lockgate {' '.join(verb)}\n" in page
        found: Any = command()
        for name in verb:
            found = found.commands[name]
        for parameter in found.params:
            for option in getattr(parameter, "opts", ()):
                assert option.lstrip("-") in page.replace("STACK", "stack").replace("NAME", "name")


@pytest.fixture(autouse=True)
def _as_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
