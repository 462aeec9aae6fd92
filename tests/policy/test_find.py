"""Finding OPA, and getting it where there is none."""

from __future__ import annotations

import hashlib
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lockgate.errors import InputError, NoDecision
from lockgate.policy import acquire, opa

from .conftest import quiet


def script(place: Path, name: str, text: str) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(f"#!/bin/sh\n{text}\n")
    (place / name).chmod(0o755)
    return place / name


@contextmanager
def serving(content: bytes) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v{{version}}/{{asset}}"
        finally:
            server.shutdown()


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """A user with nothing but a shell."""
    return {"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acquire, "_URL", "http://127.0.0.1:9/{version}/{asset}")


def test_opa_on_path_is_taken_with_its_version(env: dict[str, str], program: Path) -> None:
    found = opa.find(env, say=quiet)
    assert (found.origin, found.path) == ("PATH", Path(env["PATH"]) / "opa")
    assert opa.version_of(program) == tuple(map(int, (found.version or "").split(".")))


def test_a_server_at_opa_url_comes_before_path(env: dict[str, str]) -> None:
    found = opa.find({**env, "OPA_URL": "https://opa.example.com", "OPA_TOKEN": "t" * 20}, say=quiet)
    assert found.origin == "OPA_URL"
    assert found.path is None
    assert found.remote is not None
    assert found.remote.url == "https://opa.example.com:443"
    assert "t" * 20 not in repr(found)


@pytest.mark.parametrize(
    ("url", "token", "named"),
    [
        ("opa.example.com", None, "http(s)://host[:port]"),
        ("ftp://opa.example.com", None, "http(s)://host[:port]"),
        ("http://opa.example.com:port", None, "http(s)://host[:port]"),
        ("https://opa.example.com/v1/data", None, "without user or path"),
        ("https://me:pw@opa.example.com", None, "OPA_TOKEN"),
        ("http://opa.example.com", "abc", "unprotected"),
    ],
)
def test_a_wrong_opa_url_is_refused(url: str, token: str | None, named: str) -> None:
    with pytest.raises(InputError, match=r"OPA_") as error:
        opa.find({"OPA_URL": url, **({"OPA_TOKEN": token} if token else {})}, say=quiet)
    assert named in str(error.value)


def test_without_any_opa_the_remedy_is_named(bare: dict[str, str]) -> None:
    with pytest.raises(NoDecision, match=r"Install opa 1.4.0 or newer on PATH .* or set OPA_URL"):
        opa.find(bare, say=quiet, get=False)


def test_an_old_opa_is_named_with_its_version(bare: dict[str, str], tmp_path: Path) -> None:
    script(tmp_path / "bin", "opa", "echo 'Version: 0.70.0'")
    with pytest.raises(NoDecision, match=r"bin/opa is 0\.70\.0, but 1\.4\.0 is the oldest accepted"):
        opa.find(bare, say=quiet, get=False)


def test_a_program_that_is_no_opa_is_named(bare: dict[str, str], tmp_path: Path) -> None:
    script(tmp_path / "bin", "opa", "exit 3")
    with pytest.raises(NoDecision, match="bin/opa does not answer 'opa version'"):
        opa.find(bare, say=quiet, get=False)


def test_a_cached_build_is_used(bare: dict[str, str], program: Path, tmp_path: Path) -> None:
    place = tmp_path / "cache" / "lockgate" / "opa" / acquire.SOURCE
    place.mkdir(parents=True)
    shutil.copy(program, place / "opa")
    assert opa.find(bare, say=quiet).origin == "cache"


def test_a_release_is_kept_only_with_the_pinned_checksum(
    bare: dict[str, str], program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = program.read_bytes()
    sums = dict.fromkeys(acquire.RELEASE_SHA256, hashlib.sha256(content).hexdigest())
    said: list[str] = []
    with serving(content) as url:
        monkeypatch.setattr(acquire, "_URL", url)
        with pytest.raises(NoDecision, match=r"has SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}: it was not kept"):
            opa.find(bare, say=said.append)
        kept = tmp_path / "cache" / "lockgate" / "opa" / acquire.RELEASE
        assert list(kept.iterdir()) == []
        monkeypatch.setattr(acquire, "RELEASE_SHA256", sums)
        found = opa.find(bare, say=said.append)
    assert (found.origin, found.path) == ("release", kept / "opa")
    assert [entry.name for entry in kept.iterdir()] == ["opa"]
    assert all("once" in line for line in said)
    assert len(said) == 2


def test_without_a_release_it_is_built_with_go(
    bare: dict[str, str], program: Path, tmp_path: Path, offline: None
) -> None:
    built = (
        f'[ "$1" = version ] && echo "go version go1.26.0 linux/amd64" || {shutil.which("cp")} {program} "$GOBIN/opa"'
    )
    script(tmp_path / "bin", "go", f'{built}\n[ "$1" = version ] || echo "$2" > {tmp_path}/asked')
    said: list[str] = []
    found = opa.find(bare, say=said.append)
    assert found.origin == "go install"
    assert (tmp_path / "asked").read_text().strip() == f"github.com/open-policy-agent/opa@v{acquire.SOURCE}"
    assert "about three minutes" in said[-1]


def test_an_older_go_is_told_what_is_needed(bare: dict[str, str], tmp_path: Path, offline: None) -> None:
    script(tmp_path / "bin", "go", 'echo "go version go1.24.3 linux/amd64"')
    with pytest.raises(NoDecision, match=r"bin/go is 1\.24, but building OPA [0-9.]+ needs 1\.26 or newer"):
        opa.find(bare, say=[].append)


def test_a_build_that_fails_says_why(bare: dict[str, str], tmp_path: Path, offline: None) -> None:
    script(
        tmp_path / "bin",
        "go",
        '[ "$1" = version ] && echo "go version go1.26.1 x/y" && exit 0; echo no proxy >&2; exit 1',
    )
    with pytest.raises(NoDecision, match="'go install' failed: no proxy"):
        opa.find(bare, say=[].append)


def test_a_cache_that_cannot_be_written_is_named(bare: dict[str, str], tmp_path: Path, offline: None) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(NoDecision, match=f"{tmp_path}/cache/lockgate/opa.*: "):
        opa.find(bare, say=[].append)


@pytest.mark.parametrize(
    ("system", "machine", "asset"),
    [
        ("Linux", "x86_64", "opa_linux_amd64_static"),
        ("Linux", "aarch64", "opa_linux_arm64_static"),
        ("Darwin", "x86_64", "opa_darwin_amd64"),
        ("Darwin", "arm64", "opa_darwin_arm64"),
        ("Windows", "AMD64", None),
        ("Linux", "riscv64", None),
    ],
)
def test_each_platform_has_its_file(system: str, machine: str, asset: str | None) -> None:
    assert acquire.asset_name(system, machine) == asset


def test_nothing_is_left_behind_when_two_get_it_at_once(
    bare: dict[str, str], program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = program.read_bytes()
    monkeypatch.setattr(
        acquire, "RELEASE_SHA256", dict.fromkeys(acquire.RELEASE_SHA256, hashlib.sha256(content).hexdigest())
    )
    found: list[opa.Opa] = []
    with serving(content) as url:
        monkeypatch.setattr(acquire, "_URL", url)
        threads = [threading.Thread(target=lambda: found.append(opa.find(bare, say=[].append))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({item.path for item in found}) == 1
    assert len(found) == 3
    place = tmp_path / "cache" / "lockgate" / "opa" / acquire.RELEASE
    assert [entry.name for entry in place.iterdir()] == ["opa"]
