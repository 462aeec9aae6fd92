"""Processes under test: pinned to a core, watched through /proc, ended with the block."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.router import ours, payload, peers
from benchmarks.router.peers import MissingError

ROOT = Path(__file__).resolve().parents[2]
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
"""Those that this process may use; none where the system cannot pin (other than Linux)."""
UNDER_TEST, AROUND = CORES[:1], CORES[-1:]
"""The core of the server under test, and that of the upstream and the callers; the same where there is only one."""
START_SECONDS = 180.0
UVICORN = ["--host", "127.0.0.1", "--loop", "uvloop", "--http", "httptools", "--workers", "1", "--no-access-log"]


@dataclass(frozen=True)
class Launch:
    """How a server is started, and what its callers have to say."""

    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    port: int
    headers: Mapping[str, str] = field(default_factory=dict)
    path: str = "/v1/chat/completions"


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    launch: Launch
    pid: int
    seconds: float
    """From the start of its process to its first good answer."""

    def processor_seconds(self) -> float:
        """What it and its children have used of all cores."""
        ticks = 0
        for pid in _tree(self.pid):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """What they hold in memory."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in _tree(self.pid))
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def bare(upstream: str) -> Launch:
    """The proxy that only forwards."""
    command = [sys.executable, "-m", "uvicorn", "benchmarks.router.bare:app", *UVICORN]
    return _launch("bare proxy", command, ROOT, {"UPSTREAM": upstream})


def lockgate(upstream: str, folder: Path) -> Launch:
    """The router; ``folder`` must not exist yet."""
    environment = ours.archive(folder) | ours.upstream(upstream)
    command = [sys.executable, "-m", "uvicorn", "asgi:app", *UVICORN]
    headers = {"Authorization": f"Bearer {ours.identity()}"}
    return _launch("Lockgate", command, folder, environment, headers)


def litellm(upstream: str, folder: Path, *, granian: bool = False) -> Launch:
    """LiteLLM's proxy as its page on production has it, without a database; raises MissingError.

    ``granian`` serves it by Granian, which its documentation has as a faster server in beta.
    """
    installed = peers.litellm()
    folder.mkdir()
    config = folder / "config.yaml"
    config.write_text(
        "model_list:\n"
        f"  - model_name: {payload.MODEL}\n"
        "    litellm_params:\n"
        f"      model: openai/{payload.MODEL}\n"
        f"      api_base: {upstream}/v1\n"
        "      api_key: stand-in\n"
        "litellm_settings: {set_verbose: false, json_logs: true, request_timeout: 600, num_retries: 0}\n"
        "router_settings: {routing_strategy: simple-shuffle}\n"
    )
    # It does not start without one; its callers have to show it.
    key = f"sk-{secrets.token_hex(16)}"
    environment = {
        "LITELLM_MASTER_KEY": key,
        "LITELLM_MODE": "PRODUCTION",
        "LITELLM_LOG": "ERROR",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    python, script = str(installed / "bin" / "python"), str(installed / "bin" / "litellm")
    command = [python, script, "--config", str(config), "--host", "127.0.0.1", "--num_workers", "1"]
    command += ["--telemetry", "False", *(["--run_granian"] if granian else [])]
    return _launch(
        "LiteLLM, Granian" if granian else "LiteLLM", command, folder, environment, {"Authorization": f"Bearer {key}"}
    )


def portkey(upstream: str, folder: Path) -> Launch:
    """Portkey's gateway without its page of logs; raises MissingError."""
    installed = peers.portkey()
    folder.mkdir()
    script = installed / "node_modules" / "@portkey-ai" / "gateway" / "build" / "start-server.js"
    port = _free_port()
    headers = {
        "Authorization": "Bearer stand-in",
        "x-portkey-provider": "openai",
        "x-portkey-custom-host": f"{upstream}/v1",
    }
    command = ["node", str(script), f"--port={port}", "--headless"]
    return Launch("Portkey", command, folder, _environment({"NODE_ENV": "production"}), port, headers)


@contextlib.contextmanager
def pinned(core: Sequence[int]) -> Iterator[None]:
    """What is started inside runs on this core, with all its threads."""
    if not core:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, core)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def upstream() -> Iterator[Running]:
    """The model behind all of them."""
    command = [sys.executable, "-m", "benchmarks.router.upstream"]
    with pinned(AROUND):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            yield Running(Launch("upstream", command, ROOT, {}, port), process.pid, 0.0)
        finally:
            process.terminate()


@contextlib.contextmanager
def started(launch: Launch, log: Path) -> Iterator[Running]:
    """The server, from its first good answer to the end of the block; raises MissingError where none comes."""
    begun = time.perf_counter()
    with log.open("ab") as out, pinned(UNDER_TEST):
        process = subprocess.Popen(
            launch.command,
            cwd=launch.folder,
            env=dict(launch.environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        said = ""
        while not (said := _asked(launch)).startswith("200 "):
            taken = time.perf_counter() - begun
            if process.poll() is not None or taken > START_SECONDS:
                tail = log.read_bytes()[-1500:].decode(errors="replace")
                raise MissingError(f"{launch.name} gave no good answer in {taken:.0f} s: {said[:600]}\n{tail}")
            time.sleep(0.005)
        yield Running(launch, process.pid, time.perf_counter() - begun)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _asked(launch: Launch) -> str:
    """Status and body of one answer, or why there is none."""
    wire = HTTPConnection("127.0.0.1", launch.port, timeout=30)
    try:
        wire.request("POST", launch.path, payload.chat(), {"Content-Type": "application/json", **launch.headers})
        answer = wire.getresponse()
        return f"{answer.status} {answer.read().decode(errors='replace')}"
    except OSError as error:
        return str(error)
    finally:
        wire.close()


def _launch(
    name: str, command: list[str], folder: Path, own: Mapping[str, str], headers: Mapping[str, str] | None = None
) -> Launch:
    port = _free_port()
    return Launch(name, [*command, "--port", str(port)], folder, _environment(own), port, headers or {})


def _environment(own: Mapping[str, str]) -> dict[str, str]:
    # Nothing of the caller's environment but these: no proxy, no other credentials, no settings of the peers.
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, **own}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += _tree(int(child))
    return found
