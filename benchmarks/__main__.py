"""``make bench``: each part of the main job beside its floor, and the ratios that the project promises.

The floors and peers are measured in the same run, in turn with what is measured. A ratio over its bar is marked, and
ends the run with status 1: the bars are ratios, so a slow machine does not break them.
"""

from __future__ import annotations

import datetime
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import emulating, judging, watching
from benchmarks.engine import preview_without_gate
from benchmarks.measure import Times, in_turn, lockgate, python

ROOT = Path(__file__).resolve().parents[1]
STACK = "claims-triage"
AT = "2026-11-22"
RUNS = 5
REQUESTS = 100_000

LIBRARIES = "import msgspec, pydantic, yaml, opa_client.opa"
PARTS = {
    "start: python": python("pass"),
    "start: lockgate --version": lockgate("--version"),
    "SDK: import pulumi": python("import pulumi"),
    "SDK: stock loader, a whole stack": [sys.executable, "benchmarks/sdk.py", "stock"],
    "SDK: deferred, a whole stack": [sys.executable, "benchmarks/sdk.py", "deferred"],
    "charter: import pydantic": python("import pydantic"),
    "charter: load it": python(
        f"from pathlib import Path; from lockgate.charter.load import load_stack; load_stack(Path('stacks'), '{STACK}')"
    ),
    "record: lockgate plan": lockgate("plan", STACK, "--out", os.devnull),
    "OPA: import its client": python("import opa_client.opa"),
}


def main() -> int:
    """Print all figures; the exit status is 1 when a bar is missed."""
    today = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {today}, median of {RUNS} runs\n")
    with tempfile.TemporaryDirectory(prefix="lockgate-bench-") as folder:
        missed = sum(not held for held in _bars(Path(folder)))
    print(f"\n{missed} bars missed" if missed else "\nevery bar held")
    return 1 if missed else 0


def _bars(folder: Path) -> Iterator[bool]:
    for name, times in in_turn(PARTS, runs=RUNS, cwd=ROOT).items():
        print(f"  {name:38}{times}")
    print()
    yield from _cold()
    yield from _saved(folder)
    yield from _judging()
    yield from _watch(folder)
    yield from _emulating()
    yield from _engine(folder)


def _cold() -> Iterator[bool]:
    floor = [sys.executable, "benchmarks/stock.py", STACK]
    times = in_turn({"floor": floor, "check": lockgate("check", STACK, "--at", AT)}, runs=RUNS, cwd=ROOT)
    yield _compare(
        "check, cold", times["check"], "the stock SDK recording the same program", times["floor"], ratio=1.25, plus=0.5
    )


def _saved(folder: Path) -> Iterator[bool]:
    plan, charter = folder / "plan.json", ROOT / "stacks" / STACK / "charter.yaml"
    in_turn({"plan": lockgate("plan", STACK, "--out", str(plan))}, runs=0, cwd=ROOT)
    check = lockgate("check", "--plan", str(plan), "--charter", str(charter), "--at", AT)
    times = in_turn({"floor": python(LIBRARIES), "check": check}, runs=RUNS, cwd=ROOT)
    yield _compare("check --plan", times["check"], "importing its libraries", times["floor"], ratio=1.0, plus=0.3)


def _judging() -> Iterator[bool]:
    small, large = judging.seconds(ROOT, STACK, AT, sizes=(500, 5000), runs=RUNS)
    yield _compare("judging 5,000 resources", large, "judging 500", small, ratio=6.0)
    print(f"{'':4}absolute: {large}  bar 1 s{'' if large.median <= 1 else '  MISSED'}")
    yield large.median <= 1


def _watch(folder: Path) -> Iterator[bool]:
    checkout = folder / "checkout"
    checkout.mkdir()
    for name in ("Pulumi.yaml", "infra", "functions", "stacks", "policies"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, checkout / name)
    for saved, times in watching.seconds(checkout, STACK, AT, runs=RUNS).items():
        print(f"  watch, after a saved {saved:17}{times}  bar 0.5 s{'' if times.median <= 0.5 else '  MISSED'}")
        yield times.median <= 0.5


def _emulating() -> Iterator[bool]:
    ours, bare = (Times(tuple(times)) for times in emulating.starts(ROOT, runs=RUNS))
    yield _compare("emulator, from start to address", ours, "a bare aiohttp server", bare, ratio=1.0, plus=0.5)
    if not Path("/proc/self/stat").exists():
        print("  SKIPPED: no /proc, so the emulator's processor time and memory are not known")
        return
    loads, peers = emulating.rates(ROOT, requests=4_000, runs=3)
    load, peer = (sorted(runs, key=lambda one: one.rate)[len(runs) // 2] for runs in (loads, peers))
    held = load.rate >= 200
    print(f"  {'emulator, ordinary reads and writes':38}{load}")
    print(f"  {'  a bare aiohttp server':38}{peer}")
    print(f"{'':4}ratio {load.rate / peer.rate:.2f}, bar 200 a second{'' if held else '  MISSED'}")
    yield held
    pages = emulating.paged(ROOT, resources=10_000, size=1_000)
    first, last = pages.seconds[0], Times(pages.seconds).median
    held = pages.resources == 10_000 and last <= 3 * first
    print(
        f"  {f'emulator, {pages.resources:,} resources in pages':38}{sum(pages.seconds):6.2f} s in {len(pages.seconds)}"
    )
    print(f"{'':4}ratio {last / first:.2f} of a page to the first, bar 3 x{'' if held else '  MISSED'}")
    yield held
    megabytes = emulating.memory(ROOT, requests=REQUESTS, steps=4)
    held = megabytes[-1] <= 1.05 * megabytes[0]
    shown = ", ".join(f"{one:.1f}" for one in megabytes)
    print(f"  {f'emulator, memory, {REQUESTS:,} requests':38}{shown} MB")
    print(f"{'':4}ratio {megabytes[-1] / megabytes[0]:.2f}, bar 1.05 x{'' if held else '  MISSED'}")
    yield held


def _engine(folder: Path) -> Iterator[bool]:
    if shutil.which("pulumi") is None:
        print("  SKIPPED: no pulumi on PATH, so check is not compared with pulumi preview")
        return
    with preview_without_gate(ROOT, folder, STACK) as (preview, checkout, environment):
        commands = {"preview": preview, "check": lockgate("check", STACK, "--at", AT)}
        times = in_turn(commands, runs=3, cwd=checkout, environment=environment)
    yield _compare("check, cold", times["check"], "pulumi preview, gate off", times["preview"], ratio=0.75)


def _compare(name: str, ours: Times, against: str, theirs: Times, *, ratio: float, plus: float = 0.0) -> bool:
    bar = ratio * theirs.median + plus
    held = ours.median <= bar
    shown = f"{ratio:g} x" + (f" + {plus:g} s" if plus else "")
    print(f"  {name:38}{ours}")
    print(f"  {'  ' + against:38}{theirs}")
    print(f"{'':4}ratio {ours.median / theirs.median:.2f}, bar {shown}{'' if held else '  MISSED'}")
    return held


if __name__ == "__main__":
    sys.exit(main())
