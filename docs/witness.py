"""Which methods of the emulator each witness has driven: ``docs/witness.json``, from which the emulator's page is made.

A witness is a client that nobody here wrote. ``make witness`` runs those that are there and keeps what is recorded of
the others, with its date. ``python -m docs.witness --check FOLDER`` compares what the tests have just driven by
Google's client libraries with what is recorded, and is how continuous integration finds a page that is stale.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from emulator import witness

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "witness.json"
FORMAT = "lockgate.witness/1"

CLIENTS, GCLOUD, PROVIDER, RECORDED = "google-clients", "gcloud", "provider", "recorded"
WITNESSES = {
    CLIENTS: "Google's client libraries for Python, in this repository's tests",
    GCLOUD: "the unmodified gcloud, in `tests/emulator/test_gcloud.py`",
    PROVIDER: "the real Pulumi engine with its `gcp` provider: `lockgate rehearse STACK --engine`",
    RECORDED: "recorded traffic of the real Google Cloud, replayed: the open third of k8s-config-connector's",
}

STACKS = ("claims-triage", "staff-assistant")
CLIENT_TESTS = ("tests/emulator", "tests/audit", "tests/rehearsal")
GCLOUD_TESTS = "tests/emulator/test_gcloud.py"

_SHOWN = 20
TAKE = "python -m docs.witness --take"

Drive = Callable[[dict[str, str]], str | None]
"""Runs a witness with this environment; what it was, or None where it is not there."""


class Failed(Exception):
    """A witness that is there and does not get through: its result would be wrong."""


def read() -> dict[str, Any]:
    """What is recorded: by witness its date, what it was, and the methods it drove."""
    document = json.loads(FILE.read_text(encoding="utf-8"))
    if document.get("format") != FORMAT:
        raise ValueError(f"{FILE}: expected the format {FORMAT}")
    return dict(document["witnesses"])


def _run(words: Sequence[str], environment: dict[str, str]) -> None:
    done = subprocess.run(words, cwd=ROOT, env=environment, check=False, stdout=sys.stderr)
    if done.returncode != 0:
        raise Failed(f"{' '.join(words)} ended with status {done.returncode}; nothing is recorded of it")


def _clients(environment: dict[str, str]) -> str:
    tests = [sys.executable, "-m", "pytest", "-q", "-n", "2", *CLIENT_TESTS, f"--ignore={GCLOUD_TESTS}"]
    _run(tests, environment)
    return _clients_are()


def _clients_are() -> str:
    return f"google-api-python-client {metadata.version('google-api-python-client')}, google-cloud-*"


def _gcloud(environment: dict[str, str]) -> str | None:
    if shutil.which("gcloud") is None:
        return None
    _run([sys.executable, "-m", "pytest", "-q", "-n", "2", GCLOUD_TESTS], environment)
    return _gcloud_is()


def _gcloud_is() -> str:
    said = subprocess.run(["gcloud", "version", "--format=json"], capture_output=True, check=True).stdout  # noqa: S607
    return f"gcloud {json.loads(said)['Google Cloud SDK']}"


def _provider(environment: dict[str, str]) -> str | None:
    if shutil.which("pulumi") is None:
        return None
    ended = []
    for stack in STACKS:
        rehearse = [sys.executable, "-m", "lockgate.cli.main", "rehearse", stack, "--engine"]
        done = subprocess.run(rehearse, cwd=ROOT, env=environment, check=False, stdout=sys.stderr)
        # What succeeded before something failed was driven all the same; the record says that something did.
        ended.append(stack if done.returncode == 0 else f"{stack} (ended with failures)")
    engine = subprocess.run(["pulumi", "version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S607
    provider = "of the engine's choice"
    if plugin := shutil.which("pulumi-resource-gcp"):
        said = subprocess.run([plugin, "-version"], capture_output=True, text=True, check=False)
        provider = said.stdout.strip() or provider
    return f"pulumi {engine}, provider gcp {provider}, stacks {' and '.join(ended)}"


def _replayed(recordings: str, tool: str) -> Drive:
    def drive(environment: dict[str, str]) -> str | None:
        if not recordings or not tool:
            return None
        emulator = subprocess.Popen(
            [sys.executable, "-m", "emulator", "--port", "0"], cwd=ROOT, env=environment, stdout=subprocess.PIPE
        )
        try:
            assert emulator.stdout is not None  # noqa: S101 - a pipe
            base = emulator.stdout.readline().decode().strip()
            # Agreement is judged elsewhere: here it only counts what was driven.
            told = [sys.executable, tool, "--repo", recordings, "--base", base, "--split", "open"]
            _run([*told, "--need-status", "0", "--need-shape", "0"], environment)
        finally:
            emulator.terminate()
            emulator.wait()
        return "the open split"

    return drive


def drive_one(name: str, drive: Drive, today: str) -> dict[str, Any] | None:
    """What a witness drove, as it is recorded; None where it is not here. Raises Failed as ``drive`` does."""
    with tempfile.TemporaryDirectory(prefix="lockgate-witness-") as folder:
        what = drive({**os.environ, witness.FOLDER: folder})
        if what is None:
            return None
        methods = sorted(witness.left(Path(folder)).get(witness.OTHER if name == RECORDED else name, ()))
    return {"date": today, "what": what, "methods": methods}


def _renew(name: str, drive: Drive, today: str) -> None:
    found = drive_one(name, drive, today)
    if found is None:
        sys.stderr.write(f"{name}: not here, so its record stays as it is\n")
        return
    _record(name, found)


def _record(name: str, found: dict[str, Any]) -> None:
    # Read only now: another witness may have been recorded meanwhile.
    document = {"format": FORMAT, "witnesses": {**(read() if FILE.is_file() else {}), name: found}}
    FILE.write_text(json.dumps(document, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sys.stderr.write(f"{name}: {len(found['methods'])} methods, {found['what']}\n")


def _take(folder: Path, today: str) -> None:
    """Record what a run of the tests has left, so that it need not be run again."""
    seen = witness.left(folder)
    for name, what in ((CLIENTS, _clients_are), (GCLOUD, _gcloud_is)):
        if seen.get(name):
            _record(name, {"date": today, "what": what(), "methods": sorted(seen[name])})


def stale(seen: set[str], recorded: set[str]) -> list[str]:
    """What the record of Google's client libraries claims and the tests have just not driven. Less it may claim."""
    return [f"{method}: recorded, and no longer driven by a test" for method in sorted(recorded - seen)]


def _check(folder: Path) -> int:
    complaints = stale(witness.left(folder).get(CLIENTS, set()), set(read()[CLIENTS]["methods"]))
    for complaint in complaints[:_SHOWN]:
        sys.stderr.write(f"{complaint}\n")
    if len(complaints) > _SHOWN:
        sys.stderr.write(f"and {len(complaints) - _SHOWN} more\n")
    if complaints:
        sys.stderr.write(
            f"docs/witness.json is stale: take what this run of the tests has seen with\n  {TAKE} {folder}\n"
        )
        sys.stderr.write("or, where that run was not whole, run 'make witness ONLY=google-clients'\n")
    return 1 if complaints else 0


def _ask(options: argparse.Namespace, today: str) -> bool:
    """Ask the witnesses that are here; whether one of them failed."""
    drives: dict[str, Drive] = {
        CLIENTS: _clients,
        GCLOUD: _gcloud,
        PROVIDER: _provider,
        RECORDED: _replayed(options.recordings, options.replay),
    }
    failed = False
    for name, drive in drives.items():
        if options.only and name not in options.only:
            continue
        try:
            _renew(name, drive, today)
        except Failed as failure:
            sys.stderr.write(f"{name}: {failure}\n")
            failed = True
    return failed


def main(arguments: Sequence[str]) -> int:
    """Renew the record, or check it; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m docs.witness", description=__doc__)
    parser.add_argument("--check", metavar="FOLDER", type=Path, help="what the tests' emulators have left")
    parser.add_argument("--take", metavar="FOLDER", type=Path, help="record what a run of the tests has left there")
    parser.add_argument("--only", metavar="WITNESS", choices=sorted(WITNESSES), action="append", help="may be repeated")
    parser.add_argument("--recordings", metavar="GITDIR", default="", help="where the recorded traffic is")
    parser.add_argument("--replay", metavar="TOOL", default="", help="the tool that replays it")
    options = parser.parse_args(arguments)
    if options.check is not None:
        return _check(options.check)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    failed = False
    if options.take is not None:
        _take(options.take, today)
    else:
        failed = _ask(options, today)
    from docs import generate

    return generate.main([]) or int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
