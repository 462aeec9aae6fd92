"""The documentation is true: generated pages are current, links lead somewhere, commands exist."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from docs.generate import ROOT, generated

PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for page in (
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("policies/*.md"),
        *ROOT.glob("functions/*.md"),
    )
)
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
COMMAND = re.compile(r"^(lockgate .+?)(?:\s+#.*)?$", re.MULTILINE)
BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", sorted(generated()))
def test_a_generated_file_is_current(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == generated()[path](), f"{path} is stale: run 'make generate'"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page: str) -> None:
    file = ROOT / page
    broken = [target for target in LINK.findall(file.read_text()) if not (file.parent / target).exists()]
    assert not broken


def commands() -> list[str]:
    text = "\n".join(block for page in PAGES for block in BLOCK.findall((ROOT / page).read_text()))
    return sorted(set(COMMAND.findall(text)))


@pytest.mark.parametrize("command", commands())
def test_a_command_in_the_pages_is_one(command: str) -> None:
    words = command.split()[1:]
    if "[OPTIONS]" in words or "COMMAND" in words:
        pytest.skip("a usage line of the generated reference")
    verb = words[:2] if words[0] in {"bill", "budget", "policy", "trail"} else words[:1]
    shown = subprocess.run(
        [sys.executable, "-m", "lockgate.cli.main", *verb, "--help"], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stderr
    for option in (word.partition("=")[0] for word in words if word.startswith("--")):
        assert option in shown.stdout, f"{command}: no option {option}"


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text()):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
