"""``lockgate watch``: a verdict after each saved change, and no end to it but Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lockgate.cli import watch
from lockgate.errors import InputError, NoDecision
from lockgate.plan.project import find
from lockgate.plan.warm import WarmRecorder
from lockgate.verdict import FORMAT, Finding, Policy, Verdict


class Screen:
    """A running ``lockgate watch``, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []
        self.complained: list[str] = []
        for stream, lines in ((process.stdout, self.said), (process.stderr, self.complained)):
            threading.Thread(target=lambda s=stream, to=lines: to.extend(iter(s.readline, "")), daemon=True).start()

    def after(self, judgements: int) -> list[str]:
        """The lines up to and with the given judgement."""
        deadline = time.monotonic() + 30
        while sum(line.startswith("judged in") for line in self.said) < judgements:
            assert self.process.poll() is None, self.complained
            assert time.monotonic() < deadline, (self.said, self.complained)
            time.sleep(0.02)
        return self.said

    def judgements(self) -> int:
        return sum(line.startswith("judged in") for line in self.said)


@pytest.fixture
def screen(start: Callable[..., subprocess.Popen[str]], checkout: Path, rules: Path) -> Screen:
    process = start("watch", "claims-triage", "--policies", rules, "--at", "2026-11-22", cwd=checkout)
    return Screen(process)


def test_each_saved_change_is_judged_until_ctrl_c(
    screen: Screen, checkout: Path, set_budget: Callable[[int], None]
) -> None:
    assert any(line.startswith("ALLOW claims-triage: 2 passed") for line in screen.after(1))

    set_budget(9000)
    said = screen.after(2)
    assert "-- infra/__main__.py changed\n" in said
    assert "  FAIL  amount is 9000; the limit is 5000\n" in said, "".join(said)

    charter = checkout / "stacks" / "claims-triage" / "charter.yaml"
    text = charter.read_text()
    charter.write_text(text.replace("  monthly_limit: 5000", "  monthly_limit: 9999"))
    assert [line for line in screen.after(3) if "claims-triage: " in line][-1].startswith("ALLOW")

    charter.write_text(text[: len(text) // 2] + "\n  half: [a")  # an editor in the middle of saving
    screen.after(4)
    assert any("stacks/claims-triage/charter.yaml" in line for line in screen.complained)

    charter.write_text(text)
    assert [line for line in screen.after(5) if "claims-triage: " in line][-1].startswith("DENY")

    screen.process.send_signal(signal.SIGINT)
    assert screen.process.wait(10) == 130
    assert not any("Traceback" in line for line in screen.complained)


def test_a_stack_that_is_not_there_ends_the_call(start: Callable[..., subprocess.Popen[str]], checkout: Path) -> None:
    process = start("watch", "claims-triag", cwd=checkout)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (2, "")
    assert "Did you mean claims-triage?" in err


def verdict(*messages: str) -> Verdict:
    findings = [Finding("FIN-001", "finance", "high", "fail", None, None, message, "fix", []) for message in messages]
    decision = "deny" if findings else "allow"
    return Verdict(FORMAT, decision, "s", "2026-11-22T00:00:00Z", "p", None, Policy("abc", "opa 1"), findings)


def followed(outcomes: list[Verdict | Exception], capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    from lockgate.report import text

    remaining = iter(outcomes)

    def judge(_: list[Path]) -> Verdict:
        outcome = next(remaining)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    watch.follow(judge, text.render, [[Path("a.py")]] * (len(outcomes) - 1))
    shown = capsys.readouterr()
    return shown.out, shown.err


def test_a_report_that_says_the_same_is_only_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = followed([verdict("one"), verdict("one"), verdict("two"), verdict("one")], capsys)
    assert out.count("FAIL  one") == 2
    assert out.count("FAIL  two") == 1
    assert out.count("DENY s: 1 failed") == 4


def test_after_an_error_the_report_is_shown_again(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = followed([verdict("one"), InputError("half saved"), NoDecision("no policy"), verdict("one")], capsys)
    assert out.count("FAIL  one") == 2
    assert err == "lockgate: half saved\nlockgate: no policy\n"


def test_a_defect_is_not_taken_for_a_wrong_file(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError):
        followed([verdict(), ZeroDivisionError()], capsys)


def test_what_is_saved_during_a_verdict_is_one_change_after_it(tmp_path: Path) -> None:
    seen = watch.changes([tmp_path])
    time.sleep(0.5)
    for name in ("b.py", "a.py"):
        (tmp_path / name).write_text("x")
        time.sleep(0.2)
    assert next(seen) == [tmp_path / "a.py", tmp_path / "b.py"]


def test_a_folder_that_cannot_be_watched_ends_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be watched"):
        next(watch.changes([tmp_path / "gone"]))


def test_a_change_of_the_same_size_in_the_same_second_counts(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    program, amounts = checkout / "infra" / "__main__.py", checkout / "infra" / "amounts.py"
    program.write_text("import amounts\n" + program.read_text().replace('"5000"', "str(amounts.LIMIT)"))
    with WarmRecorder(find(checkout), "claims-triage", note=lambda _: None) as recorder:
        for units in (5000, 9000):
            amounts.write_text(f"LIMIT = {units}")
            os.utime(amounts, (1_700_000_000, 1_700_000_000))
            (budget,) = recorder.record().resources
            assert budget.inputs["amount"]["specifiedAmount"]["units"] == str(units)


def test_compiled_files_are_no_change(tmp_path: Path) -> None:
    seen = watch.changes([tmp_path])
    got: list[list[Path]] = []
    thread = threading.Thread(target=lambda: got.append(next(seen)), daemon=True)
    thread.start()
    time.sleep(0.5)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_text("")
    (tmp_path / "charter.yaml.swp").write_text("")
    time.sleep(0.3)
    assert got == []
    (tmp_path / "charter.yaml").write_text("x")
    thread.join(10)
    assert got == [[tmp_path / "charter.yaml"]]
