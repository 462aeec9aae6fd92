"""Our own OPA: quick to start, closed to others, and gone with us however we go."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lockgate.errors import NoDecision
from lockgate.policy import server as servers
from lockgate.policy.bundle import pack
from lockgate.policy.policies import load
from lockgate.policy.server import Server

PS = shutil.which("ps") or "ps"
ASK = "/v1/data/lockgate/main/findings"


@pytest.fixture
def server(folder: Path, program: Path) -> Iterator[Server]:
    ours = Server(program, pack(load(folder)))
    ours.start()
    try:
        ours.wait_ready()
        yield ours
    finally:
        ours.stop()


def request(server: Server, method: str, path: str, token: str | None, body: bytes = b"") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request(method, path, body, {"Authorization": f"Bearer {token}"} if token else {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def opa_ids(parent: int) -> list[int]:
    """Process ids of the running children of a process, by what the kernel says of all processes."""
    done = subprocess.run([PS, "-eo", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
    rows = (line.split() for line in done.stdout.splitlines())
    return [int(pid) for pid, ppid, stat in rows if int(ppid) == parent and not stat.startswith("Z")]


def running(pid: int) -> bool:
    done = subprocess.run([PS, "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(done.stdout.strip()) and not done.stdout.strip().startswith("Z")


def gone(pid: int, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not running(pid):
            return True
        time.sleep(0.02)
    return False


def opa_of(server: Server) -> int:
    assert server._keeper is not None
    (pid,) = opa_ids(server._keeper.pid)
    return pid


def test_it_answers_who_knows_the_token(server: Server) -> None:
    assert request(server, "POST", ASK, server.token, b'{"input": {}}')[0] == 200


@pytest.mark.parametrize("token", [None, "", "guess"])
def test_it_answers_nobody_else(server: Server, token: str | None) -> None:
    for method, path in (("POST", ASK), ("GET", "/v1/policies"), ("PUT", "/v1/policies/x")):
        assert request(server, method, path, token, b"{}")[0] == 401, (method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/v1/policies/mine"),
        ("DELETE", "/v1/policies/rules/network/tst_001.rego"),
        ("PUT", "/v1/data/params"),
        ("PATCH", "/v1/data/params"),
        ("POST", "/v1/query"),
        ("POST", "/v1/compile"),
        ("POST", "/v1/data/system/authz/allow"),
        ("GET", "/v1/data/system/authz/proof"),
        ("POST", "/v1/data"),
        ("GET", "/v1/data"),
        ("GET", "/v1/config"),
        ("GET", "/metrics"),
    ],
)
def test_also_with_the_token_nothing_is_written_or_read(server: Server, method: str, path: str) -> None:
    assert request(server, method, path, server.token, b"{}")[0] == 401


def test_it_listens_on_the_loopback_interface_only(server: Server) -> None:
    with socket.socket() as probe:
        probe.settimeout(1)
        # Any address of this machine but 127.0.0.1 itself; 127.0.0.2 is loopback too, and not served.
        assert probe.connect_ex(("127.0.0.2", server.port)) != 0


def test_stop_ends_opa_and_removes_its_files(folder: Path, program: Path) -> None:
    ours = Server(program, pack(load(folder)))
    ours.start()
    ours.wait_ready()
    assert ours._folder is not None
    pid, place = opa_of(ours), Path(ours._folder.name)
    ours.stop()
    assert gone(pid)
    assert not place.exists()
    ours.stop()


def test_stop_at_once_after_start_leaves_nothing(folder: Path, program: Path) -> None:
    ours = Server(program, pack(load(folder)))
    ours.start()
    assert ours._keeper is not None
    keeper = ours._keeper.pid
    ours.stop()
    assert gone(keeper)
    assert opa_ids(keeper) == []


TOOL = """
import os, sys, time
from pathlib import Path
from lockgate.policy.bundle import pack
from lockgate.policy.policies import load
from lockgate.policy.server import Server
server = Server(Path(sys.argv[1]), pack(load(Path(sys.argv[2]))))
server.start()
server.wait_ready()
{more}
print(server._keeper.pid, flush=True)
time.sleep(60)
"""


def tool(program: Path, folder: Path, more: str = "") -> tuple[subprocess.Popen[str], int, int]:
    """A process of its own that holds a server: the process, its keeper's id, its OPA's id."""
    started = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(TOOL).format(more=more), str(program), str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        start_new_session=True,
    )
    assert started.stdout is not None
    keeper = int(started.stdout.readline())
    (opa,) = opa_ids(keeper)
    return started, keeper, opa


def test_a_tool_that_is_killed_leaves_no_opa(program: Path, folder: Path) -> None:
    started, keeper, opa = tool(program, folder)
    ran_in = Path(f"/proc/{opa}/cwd").readlink() if sys.platform == "linux" else None
    started.kill()
    started.wait()
    assert gone(opa)
    assert gone(keeper)
    assert ran_in is None or not ran_in.exists()


def test_a_tool_that_is_killed_while_a_forked_child_lives_leaves_no_opa(program: Path, folder: Path) -> None:
    started, keeper, opa = tool(program, folder, more="child = os.fork()\nif not child: time.sleep(30); os._exit(0)")
    try:
        started.kill()
        started.wait()
        assert gone(opa)
        assert gone(keeper)
    finally:
        os.killpg(started.pid, signal.SIGKILL)


def test_ctrl_c_in_the_terminal_does_not_reach_opa(program: Path, folder: Path) -> None:
    started, keeper, opa = tool(program, folder, more="import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)")
    try:
        os.killpg(started.pid, signal.SIGINT)
        time.sleep(0.3)
        assert running(opa)
        assert running(keeper)
    finally:
        started.kill()
        started.wait()
    assert gone(opa)


def test_a_forked_child_that_ends_leaves_opa_to_its_parent(server: Server) -> None:
    child = os.fork()
    if not child:
        server.stop()
        os._exit(0)
    os.waitpid(child, 0)
    assert server.alive()
    assert request(server, "POST", ASK, server.token, b'{"input": {}}')[0] == 200


def test_opa_without_its_keeper_is_ended_by_stop(folder: Path, program: Path) -> None:
    ours = Server(program, pack(load(folder)))
    ours.start()
    ours.wait_ready()
    pid = opa_of(ours)
    assert ours._keeper is not None
    os.kill(ours._keeper.pid, signal.SIGKILL)
    ours._keeper.wait()
    assert not ours.alive()
    ours.stop()
    assert gone(pid)


def test_when_opa_is_killed_it_is_not_alive(server: Server) -> None:
    os.kill(opa_of(server), signal.SIGKILL)
    deadline = time.monotonic() + 5
    while server.alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not server.alive()


def test_a_program_that_is_no_opa_is_told_in_its_own_words(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "opa").write_text("#!/bin/sh\necho this is not the OPA you seek >&2\nexit 7\n")
    (tmp_path / "opa").chmod(0o755)
    ours = Server(tmp_path / "opa", pack(load(folder)))
    ours.start()
    try:
        with pytest.raises(NoDecision, match="ended before it was ready: this is not the OPA you seek"):
            ours.wait_ready()
    finally:
        ours.stop()


def test_a_bundle_that_opa_refuses_is_told(program: Path) -> None:
    ours = Server(program, b"not a bundle")
    ours.start()
    try:
        with pytest.raises(NoDecision, match=r"ended before it was ready: .*bundle"):
            ours.wait_ready()
    finally:
        ours.stop()


def test_an_opa_that_never_gets_ready_is_given_up(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "opa").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "opa").chmod(0o755)
    monkeypatch.setattr(servers, "_READY_SECONDS", 0.5)
    ours = Server(tmp_path / "opa", pack(load(folder)))
    try:
        ours.start()
        with pytest.raises(NoDecision, match=r"not ready within 0\.5 s"):
            ours.wait_ready()
    finally:
        ours.stop()


@pytest.mark.parametrize("times", [1, 9])
def test_a_port_that_somebody_took_is_given_up(
    folder: Path, program: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """An impostor that says 200 to everything sits on the port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as impostor:
        taken = [impostor.getsockname()[1]] * times
        free = servers._free_port
        monkeypatch.setattr(servers, "_free_port", lambda: taken.pop() if taken else free())
        threading.Thread(target=_say_yes, args=(impostor,), daemon=True).start()
        ours = Server(program, pack(load(folder)))
        try:
            ours.start()
            if times == 1:
                ours.wait_ready()
                assert ours.port != impostor.getsockname()[1]
                assert request(ours, "POST", ASK, ours.token, b'{"input": {}}')[0] == 200
            else:
                with pytest.raises(NoDecision, match="address already in use"):
                    ours.wait_ready()
        finally:
            ours.stop()


def _say_yes(impostor: socket.socket) -> None:
    while True:
        try:
            connection, _ = impostor.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
