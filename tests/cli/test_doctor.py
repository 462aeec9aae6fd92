"""``lockgate doctor``: what is there, what is missing, and what to do about it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lockgate.cli import doctor, engine
from lockgate.errors import InputError

Lockgate = Callable[..., "subprocess.CompletedProcess[str]"]


def program(folder: Path, name: str, says: str, status: int = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(f"#!{sys.executable}\nprint({says!r})\nraise SystemExit({status})\n")
    file.chmod(0o755)
    return file


def row(report: str, tool: str) -> str:
    return next(line for line in report.splitlines() if line.startswith(tool))


def test_with_all_that_checking_needs_it_ends_with_status_0(lockgate: Lockgate, real_opa: Path) -> None:
    done = lockgate("doctor")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "'lockgate check' has all it needs."
    assert "(PATH)" in row(done.stdout, "Open Policy Agent")
    assert sys.executable in row(done.stdout, "Python")
    for missing in ("Pulumi engine", "Pulumi language host", "Pulumi gcp provider", "Go"):
        assert "MISSING" in row(done.stdout, missing)
    assert "Install it with 'lockgate doctor --install-engine'" in " ".join(done.stdout.split())


def test_without_opa_it_ends_with_status_3_and_changes_nothing(lockgate: Lockgate, tmp_path: Path) -> None:
    home = tmp_path / "empty"
    home.mkdir()
    done = lockgate("doctor", env={"PATH": str(home), "HOME": str(home)})
    assert done.returncode == 3
    assert "MISSING" in row(done.stdout, "Open Policy Agent")
    assert done.stdout.splitlines()[-1] == "'lockgate check' lacks Open Policy Agent."
    assert list(home.iterdir()) == []


def test_a_server_that_does_not_answer_is_missing(lockgate: Lockgate) -> None:
    done = lockgate("doctor", env={"OPA_URL": "http://127.0.0.1:9"})
    assert done.returncode == 3
    assert "http://127.0.0.1:9 (OPA_URL)" in row(done.stdout, "Open Policy Agent")
    assert "Start it, or unset OPA_URL" in " ".join(done.stdout.split())


def test_each_tool_is_shown_with_its_version_and_place(tmp_path: Path, environment: dict[str, str]) -> None:
    tools = tmp_path / "bin"
    pulumi = program(tools, "pulumi", "v3.259.0")
    program(tools, "pulumi-language-python", "")
    program(tools, "go", "go version go1.26.8 linux/amd64")
    plugin = program(tmp_path / "pulumi" / "plugins" / "resource-gcp-v10.2.0", "pulumi-resource-gcp", "", 1)
    program(tmp_path / "pulumi" / "plugins" / "resource-gcp-v9.35.0", "pulumi-resource-gcp", "", 1)
    found = {
        tool.name: tool
        for tool in doctor.examine(
            {
                **environment,
                "PATH": f"{tools}{os.pathsep}{environment['PATH']}",
                "PULUMI_HOME": str(tmp_path / "pulumi"),
            }
        )
    }
    assert (found["Pulumi engine"].version, found["Pulumi engine"].where) == ("3.259.0", f"{pulumi} (PATH)")
    assert (found["Pulumi gcp provider"].version, found["Pulumi gcp provider"].where) == ("10.2.0", str(plugin))
    assert found["Go"].version == "1.26.8"
    assert found["Pulumi language host"].where == str(tools / "pulumi-language-python")


def test_the_engine_is_found_where_its_installers_put_it(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": ""}
    assert engine.find(environment) is None
    old = program(tmp_path / ".pulumi" / "versions" / "3.9.0" / "bin", "pulumi", "v3.9.0")
    new = program(tmp_path / ".pulumi" / "versions" / "3.272.0" / "bin", "pulumi", "v3.272.0")
    assert engine.required(environment).path == new != old
    standard = program(tmp_path / ".pulumi" / "bin", "pulumi", "v3.1.0")
    assert engine.required(environment).path == standard


def test_an_engine_that_does_not_answer_is_missing(tmp_path: Path, environment: dict[str, str]) -> None:
    program(tmp_path, "pulumi", "no", 1)
    found = doctor.examine({**environment, "PATH": f"{tmp_path}{os.pathsep}{environment['PATH']}"})
    (pulumi,) = [tool for tool in found if tool.name == "Pulumi engine"]
    assert pulumi.version is None
    assert "does not answer" in pulumi.remedy


def test_installing_the_engine_is_the_sdks_own_installer(monkeypatch: pytest.MonkeyPatch) -> None:
    from pulumi.automation import PulumiCommand

    said: list[str] = []
    installed = type("Installed", (), {"command": "/somewhere/bin/pulumi"})
    monkeypatch.setattr(PulumiCommand, "install", classmethod(lambda _: installed))
    assert doctor.install_engine(said.append) == Path("/somewhere/bin/pulumi")
    assert len(said) == 1


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (subprocess.CalledProcessError(22, "x", output=b"Downloading\nerror: no such release\n"), "no such release"),
        (subprocess.CalledProcessError(22, "x"), "status 22"),
        (OSError("no route to host"), "no route to host"),
    ],
)
def test_an_installation_that_fails_says_why(failure: Exception, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from pulumi.automation import PulumiCommand

    def fail(_: Any) -> None:
        raise failure

    monkeypatch.setattr(PulumiCommand, "install", classmethod(fail))
    with pytest.raises(InputError) as raised:
        doctor.install_engine(lambda _: None)
    assert reason in str(raised.value)
    assert "https://www.pulumi.com/docs/install/" in str(raised.value)
