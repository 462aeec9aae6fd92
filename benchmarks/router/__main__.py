"""``make bench-router``: the router beside LiteLLM, Portkey and a proxy that only forwards.

The same upstream, payload and pinning for all, one process each, 64 callers, no streaming. A bar that is missed ends
the run with status 1. Bars are ratios; a peer that cannot be had here is said, and its bars are not judged.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.router import payload, peers, rounds, servers, stages
from benchmarks.router.peers import MissingError
from benchmarks.router.rounds import InvalidError, Round, Rounds, Target
from benchmarks.router.servers import Launch, Running

OURS, BARE, PORTKEY = "Lockgate", "bare proxy", "Portkey"
LITELLM, GRANIAN = "LiteLLM", "LiteLLM, Granian"
STARTS = 3
STEPS = 5
WATCHED = 10_000


def main(arguments: Sequence[str]) -> int:
    """Print all figures; the exit status is 1 when a bar is missed or a figure is invalid."""
    options = _options(arguments)
    if not servers.CORES or not Path("/proc/self/stat").exists():
        print("SKIPPED: the router's bench needs Linux, whose /proc and pinning it uses")
        return 0
    with tempfile.TemporaryDirectory(prefix="lockgate-bench-") as folder, servers.upstream() as upstream:
        _about(upstream, Path(folder), options)
        launches = list(_launches(f"http://127.0.0.1:{upstream.launch.port}", Path(folder)))
        if options.only:
            launches = [launch for launch in launches if launch.name in options.only]
        try:
            verdicts = [*_all(launches, upstream, Path(folder), options)]
        except InvalidError as error:
            print(f"\n  INVALID: {error}")
            return 1
    missed = verdicts.count(False)
    print(f"\nload average at the end: {rounds.loads()}")
    print(f"{missed} bars missed" if missed else f"every bar held ({len(verdicts)} judged)")
    return 1 if missed else 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.router", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round of each server")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--memory", action="store_true", help="a million requests, and nothing else")
    parser.add_argument("--requests", type=int, default=100_000, help="of the memory's default run")
    parser.add_argument(
        "--only", action="append", choices=[OURS, BARE, LITELLM, GRANIAN, PORTKEY], help="repeat for several"
    )
    parser.add_argument("--skip", action="append", default=[], choices=["rates", "starts", "memory", "stages"])
    return parser.parse_args(arguments)


def _about(upstream: Running, folder: Path, options: argparse.Namespace) -> None:
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, load average {rounds.loads()}: the server under "
        f"test on core {servers.UNDER_TEST[0]}, upstream and callers on core {servers.AROUND[0]}"
    )
    print(
        f"{rounds.CALLERS} callers, {options.rounds} rounds of {options.seconds:g} s each in turn; chat "
        f"{len(payload.chat()):,} bytes, case {len(payload.case()):,}; the upstream's reply "
        f"{len(payload.completed()):,} bytes as OpenAI's, {len(payload.generated()):,} as Vertex AI's"
    )
    print(f"one fsync of 4 kB where the ledger lies: {_fsync(folder):.2f} ms")
    told = rounds.alone(upstream, 2.0)
    print(f"upstream and callers alone: {told.rate:,.0f} answers a second on one core, p99 {told.p99:.1f} ms\n")


def _launches(upstream: str, folder: Path) -> Iterator[Launch]:
    yield servers.bare(upstream)
    yield servers.lockgate(upstream, folder / "lockgate")
    makers: Mapping[str, Callable[[str, Path], Launch]] = {
        LITELLM: servers.litellm,
        GRANIAN: functools.partial(servers.litellm, granian=True),
        PORTKEY: servers.portkey,
    }
    for name, make in makers.items():
        try:
            yield make(upstream, folder / name.lower())
        except MissingError as error:
            print(f"  SKIPPED: {name} cannot be installed here, so nothing is compared with it: {error}")
    litellm = peers.version(peers.LITELLM_PINS, "litellm")
    portkey = peers.version(peers.PORTKEY_PINS[1], "@portkey-ai/gateway")
    print(f"  LiteLLM {litellm}, Portkey {portkey}; how they are set up: docs/decisions/0021-bench-router.md\n")


def _all(launches: Sequence[Launch], upstream: Running, folder: Path, options: argparse.Namespace) -> Iterator[bool]:
    if options.memory:
        yield from _memory(launches, upstream, folder, 1_000_000)
        return
    if "rates" not in options.skip:
        yield from _rates(launches, upstream, folder, options)
    if "starts" not in options.skip:
        yield from _starts(launches, folder)
    if "memory" not in options.skip:
        yield from _memory(launches, upstream, folder, options.requests)
    if "stages" not in options.skip:
        _stages(launches, upstream, folder)


def _rates(launches: Sequence[Launch], upstream: Running, folder: Path, options: argparse.Namespace) -> Iterator[bool]:
    with contextlib.ExitStack() as stack:
        running = list(_started(launches, folder, stack))
        chats = [Target(server.launch.name, server, payload.chat()) for server in running]
        ours = next((server for server in running if server.launch.name == OURS), None)
        cases = [Target("Lockgate, /v1/cases", ours, payload.case(), "/v1/cases")] if ours else []
        for delay in (0, 50):
            print(f"upstream answers after {delay} ms, POST /v1/chat/completions", flush=True)
            found = rounds.in_rounds(
                [*chats, *cases], upstream, delay=delay, seconds=options.seconds, rounds=options.rounds
            )
            print(f"{rounds.table(found.values())}\n")
            yield from _fast(found) if not delay else _slow(found)
            print(flush=True)


def _started(launches: Sequence[Launch], folder: Path, stack: contextlib.ExitStack) -> Iterator[Running]:
    for launch in launches:
        try:
            yield stack.enter_context(servers.started(launch, folder / f"{launch.name}.log"))
        except MissingError as error:
            print(f"  SKIPPED: {error}")


def rate(one: Round) -> float:
    """Answers a second."""
    return one.told.rate


def _fast(found: Mapping[str, Rounds]) -> Iterator[bool]:
    """Judged by the clock or by the processor's time, whichever is worse for us.

    On a machine that does nothing else both say the same. On a busy one the clock flatters the slower of two servers.
    """
    for name, bar in ((LITELLM, 30.0), (GRANIAN, 30.0), (PORTKEY, 3.0), (BARE, 0.55)):
        if OURS in found and name in found:
            clock = found[OURS].of(found[name], rate)
            processor = found[name].of(found[OURS], lambda one: one.microseconds)
            what = f"throughput, of that of {name} ({clock:.2f} by the clock, {processor:.2f} by processor time)"
            yield _judged(what, min(clock, processor), bar, at_least=True)
    if OURS in found and PORTKEY in found:
        ratio = found[OURS].of(found[PORTKEY], lambda one: one.told.p99)
        yield _judged(f"p99, of that of {PORTKEY}", ratio, 0.5, at_least=False)


def _slow(found: Mapping[str, Rounds]) -> Iterator[bool]:
    if OURS in found and BARE in found:
        yield _judged(f"throughput, of that of {BARE}", found[OURS].of(found[BARE], rate), 0.95, at_least=True)


def _starts(launches: Sequence[Launch], folder: Path) -> Iterator[bool]:
    """From the start of the process to the first good answer, in turn, after a start that does not count."""
    taken: dict[str, list[float]] = {}
    for number in range(STARTS + 1):
        for launch in launches:
            with contextlib.suppress(MissingError), servers.started(launch, folder / f"{launch.name}.log") as server:
                if number:
                    taken.setdefault(launch.name, []).append(server.seconds)
    print("from the start of the process to its first good answer")
    for name, seconds in taken.items():
        median = statistics.median(seconds)
        print(f"  {name:24}{median:9.2f} s  ({min(seconds):.2f} to {max(seconds):.2f})")
    for name in (LITELLM, GRANIAN):
        if OURS in taken and name in taken:
            ratio = statistics.median(taken[OURS]) / statistics.median(taken[name])
            yield _judged(f"cold start, of that of {name}", ratio, 0.1, at_least=False)


def _memory(launches: Sequence[Launch], upstream: Running, folder: Path, requests: int) -> Iterator[bool]:
    """What the router holds after each fifth of the requests, half of them at each door."""
    launch = next((launch for launch in launches if launch.name == OURS), None)
    if launch is None:
        return
    held: list[float] = []
    begun = time.perf_counter()
    with servers.started(replace(launch, name="memory"), folder / "memory.log") as server:
        doors = [
            Target("chat", server, payload.chat()),
            Target("cases", server, payload.case(), "/v1/cases"),
        ]
        for _ in range(STEPS):
            for door in doors:
                held.append(rounds.turn(door, upstream, requests=requests // STEPS // len(doors)).megabytes)
    shown = held[1::2]
    print(f"\nmemory of Lockgate over {requests:,} requests, in {time.perf_counter() - begun:.0f} s")
    print(f"  after each fifth of them: {', '.join(f'{one:.1f}' for one in shown)} MB")
    state = Path(launch.environment["LEDGER_FILE"]).parent
    size = sum(file.stat().st_size for file in state.rglob("*") if file.is_file()) / 1e6
    print(f"  ledger, trail and journals on disk after that, and after all rounds before: {size:,.0f} MB")
    yield _judged("memory, of that after the first fifth", shown[-1] / shown[0], 1.05, at_least=False)


def _stages(launches: Sequence[Launch], upstream: Running, folder: Path) -> None:
    """A table of microseconds a request, of one more run with stopwatches on."""
    launch = next((launch for launch in launches if launch.name == OURS), None)
    if launch is None:
        return
    command = [part.replace("asgi:app", "benchmarks.router.stages:app") for part in launch.command]
    environment = {**launch.environment, "PYTHONPATH": str(servers.ROOT)}
    launch = replace(launch, name="stages", command=command, environment=environment)
    found = {}
    with servers.started(launch, folder / "stages.log") as server:
        for name, body, path in (
            ("chat", payload.chat(), "/v1/chat/completions"),
            ("cases", payload.case(), "/v1/cases"),
        ):
            target = Target(name, server, body, path)
            rounds.turn(target, upstream, requests=WATCHED // 5)
            before = json.loads(rounds.control(server, "/_stages"))
            rounds.turn(target, upstream, requests=WATCHED)
            after = json.loads(rounds.control(server, "/_stages"))
            found[name] = stages.between(before, after, WATCHED)
    print(f"\nwhat the time goes to: microseconds of the processor a request, {WATCHED:,} requests each")
    print(f"  {'':42}{'chat':>8}{'cases':>8}")
    for stage in found["chat"]:
        print(f"  {stage:42}{found['chat'][stage]:8.1f}{found['cases'][stage]:8.1f}")
    print(f"  {'all':42}{sum(found['chat'].values()):8.1f}{sum(found['cases'].values()):8.1f}")
    if after["lacking"]:
        print(f"  not found any more, so counted in other rows: {', '.join(after['lacking'])}")


def _judged(what: str, ratio: float, bar: float, *, at_least: bool) -> bool:
    held = ratio >= bar if at_least else ratio <= bar
    side = "at least" if at_least else "at most"
    print(f"  {what:88}ratio {ratio:6.2f}, bar {side} {bar:g}{'' if held else '  MISSED'}", flush=True)
    return held


def _fsync(folder: Path) -> float:
    taken = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(21):
            file.write(bytes(4096))
            file.flush()
            begun = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
