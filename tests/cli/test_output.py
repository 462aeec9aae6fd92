"""A result arrives in whole or not at all, and a failure to write it is said."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lockgate.cli import output
from lockgate.errors import InputError

TOO_LARGE = 64


def limit_file_size() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (TOO_LARGE, TOO_LARGE))


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "verdict.json"
    file.write_text("old")
    file.chmod(0o640)
    output.to_file("new\n", file)
    assert file.read_text() == "new\n"
    assert file.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [file]


def test_a_new_file_has_the_mode_of_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        output.to_file("new\n", tmp_path / "verdict.json")
        assert os.umask(0o027) == 0o027
    finally:
        os.umask(before)
    assert (tmp_path / "verdict.json").stat().st_mode & 0o777 == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.write_text("old")
    link.symlink_to(real)
    output.to_file("new", link)
    assert link.is_symlink()
    assert real.read_text() == "new"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".", "is a folder"),
        ("missing/verdict.json", "No such file or directory. Create the folder first"),
        ("file/verdict.json", "Not a directory"),
        ("x" * 300, "File name too long"),
    ],
)
def test_what_cannot_be_written_is_named_with_the_reason(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError) as raised:
        output.to_file("text", tmp_path / name)
    assert str(tmp_path) in str(raised.value)
    assert reason in str(raised.value)


def test_a_full_device_is_said_and_stays_a_device() -> None:
    with pytest.raises(InputError, match="/dev/full: the result could not be written: No space left on device"):
        output.to_file("text", Path("/dev/full"))
    assert Path("/dev/full").is_char_device()


def test_when_the_disk_gives_out_the_old_file_is_still_whole(
    lockgate: Callable[..., Any], checkout: Path, tmp_path: Path
) -> None:
    out = tmp_path / "here" / "plan.json"
    out.parent.mkdir()
    out.write_text("the old plan")
    done = lockgate("plan", "--program", checkout, "--out", out, preexec_fn=limit_file_size)
    assert done.returncode == 2
    assert f"lockgate: {out}: the result could not be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert out.read_text() == "the old plan"
    assert list(out.parent.iterdir()) == [out]


def test_a_full_disk_behind_standard_output(lockgate: Callable[..., Any], checkout: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = lockgate("plan", "--program", checkout, stdout=full)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(
        "lockgate: standard output: the result could not be written: No space"
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_a_reader_that_leaves_ends_the_call_in_silence(lockgate: Callable[..., Any], checkout: Path) -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "w") as gone:
        done = lockgate("plan", "--program", checkout, stdout=gone)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "Broken pipe" not in done.stderr


@pytest.mark.parametrize(
    ("environment", "choice", "coloured"),
    [({}, None, False), ({}, True, True), ({"NO_COLOR": "1"}, True, True), ({}, False, False)],
)
def test_colour_without_a_terminal(environment: dict[str, str], choice: bool | None, coloured: bool) -> None:
    assert output.wants_colour(choice, environment) == coloured


def test_colour_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = os.openpty()
    with os.fdopen(slave, "w") as terminal, os.fdopen(master):
        monkeypatch.setattr("sys.stdout", terminal)
        assert output.wants_colour(None, {"TERM": "xterm"})
        assert not output.wants_colour(None, {"TERM": "xterm", "NO_COLOR": "1"})
        assert not output.wants_colour(None, {"TERM": "dumb"})
        assert 60 <= output.width() <= 100
