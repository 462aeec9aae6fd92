"""OPA servers are fed with a signed bundle from an S3-compatible store, and ``lockgate check`` decides by them."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from lockgate.errors import InputError
from lockgate.policy import opa, policies
from lockgate.policy.opa import Opa
from lockgate.store import bundle, s3
from tests.store.conftest import REGION, Store

ROOT = Path(__file__).resolve().parents[2]
OBJECT = "lockgate/bundle.tar.gz"
SECONDS = 20

Serve = Callable[..., "Opened"]


class Opened:
    """An OPA server that downloads its policies."""

    def __init__(self, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
        self.url, self.process, self.log = f"http://127.0.0.1:{port}", process, log

    def status(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/v1/status", timeout=5) as answer:
            found: dict[str, Any] = json.loads(answer.read())["result"]["bundles"]["lockgate"]
            return found

    def wait(self, settled: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The status of the bundle, once it has been downloaded or refused."""
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                status = self.status()
            except (OSError, KeyError):
                status = {}
            if settled(status):
                return status
            time.sleep(0.05)
        raise AssertionError(self.log.read_text()[-2000:])


@pytest.fixture(scope="session")
def program() -> Opa:
    return opa.find({**os.environ, "OPA_URL": ""}, say=print)


def pair(folder: Path, name: str) -> tuple[Path, str]:
    """A private key's file, and its public half as PEM."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = made.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    file = folder / f"{name}.pem"
    file.write_bytes(private)
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return file, made.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@pytest.fixture
def serve(store: Store, program: Opa, tmp_path: Path) -> Iterator[Serve]:
    """Starts an OPA server that takes signed bundles only, as docs/store.md configures one."""
    started: list[subprocess.Popen[bytes]] = []

    def start(public: str, **environment: str) -> Opened:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        config = {
            "services": {
                "store": {
                    "url": f"{store.endpoint}/{store.bucket}",
                    "credentials": {"s3_signing": {"environment_credentials": {}}},
                }
            },
            "keys": {"lockgate": {"algorithm": "RS256", "key": public}},
            "bundles": {
                "lockgate": {
                    "service": "store",
                    "resource": OBJECT,
                    "signing": {"keyid": "lockgate"},
                    "polling": {"min_delay_seconds": 1, "max_delay_seconds": 2},
                }
            },
            "status": {"console": False},
        }
        file, log = tmp_path / "opa.json", tmp_path / "opa.log"
        file.write_text(json.dumps(config))
        with log.open("wb") as out:
            command = [str(program.path), "run", "--server", "--addr", f"127.0.0.1:{port}", "--config-file", str(file)]
            known = {"AWS_REGION": REGION, **store.environment, **environment}
            started.append(subprocess.Popen([*command, "--skip-version-check"], env=known, stdout=out, stderr=out))
        return Opened(port, started[-1], log)

    yield start
    for process in started:
        process.terminate()
        process.wait()


def published(store: Store, program: Opa, key: Path) -> bundle.Published:
    found = policies.load(ROOT / "policies")
    address = s3.parse(store.address(OBJECT))
    return bundle.publish(found, program, os.environ, key=key, algorithm="RS256", address=address)


def check(url: str, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lockgate.cli.main", "check", "claims-triage", "--format", "json", *more],
        cwd=ROOT,
        env={**os.environ, "OPA_URL": url, "XDG_CACHE_HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_server_fed_from_the_store_decides_as_the_local_policies_do(
    store: Store, program: Opa, serve: Serve, tmp_path: Path
) -> None:
    key, public = pair(tmp_path, "ours")
    done = published(store, program, key)
    server = serve(public)
    status = server.wait(lambda found: "active_revision" in found)
    assert status["active_revision"] == done.revision == policies.load(ROOT / "policies").revision

    judged = check(server.url, tmp_path)
    assert judged.returncode == 0, judged.stderr
    verdict = json.loads(judged.stdout)
    assert verdict["decision"] == "allow"
    assert verdict["policy"]["revision"] == done.revision

    other = tmp_path / "policies"
    shutil.copytree(ROOT / "policies", other)
    (other / "main.rego").write_text((other / "main.rego").read_text() + "\n# another revision\n")
    refused = check(server.url, tmp_path, "--policies", str(other))
    assert refused.returncode == 3
    assert "decides by other policies" in refused.stderr


def test_a_bundle_signed_by_another_key_is_not_served(store: Store, program: Opa, serve: Serve, tmp_path: Path) -> None:
    theirs, _ = pair(tmp_path, "theirs")
    _, public = pair(tmp_path, "ours")
    published(store, program, theirs)
    server = serve(public)
    status = server.wait(lambda found: "message" in found)
    assert "verification" in status["message"]
    assert "active_revision" not in status
    assert check(server.url, tmp_path).returncode == 3


@pytest.mark.parametrize("change", ["unsigned", "tampered"])
def test_nor_is_one_that_was_changed_or_never_signed(
    store: Store, program: Opa, serve: Serve, tmp_path: Path, change: str
) -> None:
    key, public = pair(tmp_path, "ours")
    assert program.path is not None
    found = policies.load(ROOT / "policies")
    files = bundle.signatures_and(found, program.path, key=key, algorithm="RS256")
    if change == "unsigned":
        del files[".signatures.json"]
    else:
        files["main.rego"] += b"\n# one more line\n"
    s3.put(s3.parse(store.address(OBJECT)), bundle.tarball(files), content_type="application/gzip")
    server = serve(public)
    status = server.wait(lambda found: "message" in found)
    assert "active_revision" not in status
    assert check(server.url, tmp_path).returncode == 3


def test_a_wrong_secret_downloads_nothing(store: Store, program: Opa, serve: Serve, tmp_path: Path) -> None:
    key, public = pair(tmp_path, "ours")
    published(store, program, key)
    server = serve(public, AWS_SECRET_ACCESS_KEY="wrong")  # noqa: S106 - it is meant to be wrong
    status = server.wait(lambda found: "message" in found)
    assert "active_revision" not in status
    assert "403" in json.dumps(status) or "Forbidden" in json.dumps(status)
    assert check(server.url, tmp_path).returncode == 3


def test_what_is_no_key_signs_nothing(program: Opa, tmp_path: Path) -> None:
    assert program.path is not None
    found = policies.load(ROOT / "policies")
    (tmp_path / "key.pem").write_text("no key")
    with pytest.raises(InputError, match="cannot be signed"):
        bundle.signed(found, program.path, key=tmp_path / "key.pem", algorithm="RS256")
    with pytest.raises(InputError, match="not a file"):
        bundle.signed(found, program.path, key=tmp_path / "none.pem", algorithm="RS256")
    with pytest.raises(InputError, match="expected one of RS256"):
        bundle.signed(found, program.path, key=tmp_path / "key.pem", algorithm="HS256")
