"""The unmodified gcloud against the emulator: the commands of gcloud.yaml, each with its exit status and what it shows.

gcloud is pointed at the emulator by its own settings, one for each service (`gcloud topic configurations`,
`api_endpoint_overrides`), and told to send no credentials.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from tests.emulator.conftest import Emulator

COMMANDS: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("gcloud.yaml").read_text(encoding="utf-8")
)
SECONDS = 90

BASES = {
    "compute": "compute/compute/v1/",
    "dns": "dns/dns/v1/",
    "bigquery": "bigquery/bigquery/v2/",
    "storage": "storage/storage/v1/",
}
"""What gcloud expects in an override: for these the whole base path, for the others the host alone."""

NAMES = {"sqladmin": "sql"}
"""gcloud's name of a service, and its methods', where it is not the first label of the host."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("gcloud") is None, reason="GCLOUD MISSING: no gcloud on PATH"),
]


def environment(base: str, folder: Path) -> dict[str, str]:
    """gcloud's settings: every service at the emulator, no credentials, no questions, nothing sent anywhere else."""
    overrides = {
        f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{NAMES.get(label, label).upper()}": f"{base}/{BASES.get(label, f'{label}/')}"
        for label in COMMANDS
    }
    return overrides | {
        # gcloud puts the region before Cloud Run's host, so that has to be a host with a name; a plain HTTP proxy
        # brings it to the emulator. What still goes to Google by TLS, for want of an override, finds nobody there.
        "CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN": "http://run.googleapis.com/",
        "HTTP_PROXY": base,
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "CLOUDSDK_CONFIG": str(folder / "config"),
        "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
        "CLOUDSDK_CORE_PROJECT": "demo-project",
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "true",
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
        "CLOUDSDK_CORE_CHECK_GCE_METADATA": "false",
        "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "true",
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "payload.txt").write_text("hello")
    policy = "projects/demo-project/policies/iam.disableServiceAccountKeyCreation"
    (tmp_path / "policy.json").write_text(json.dumps({"name": policy, "spec": {"rules": [{"enforce": True}]}}))
    (tmp_path / "dashboard.json").write_text(json.dumps({"displayName": "claims", "gridLayout": {}}))
    return tmp_path


@pytest.mark.parametrize("service", sorted(COMMANDS))
def test_gcloud(emulator: Emulator, folder: Path, service: str) -> None:
    before = emulator.ok("GET", "/_witnesses").get("gcloud", {})
    settings = environment(emulator.base, folder)
    for command in COMMANDS[service]:
        if "post" in command:
            emulator.ok("POST", command["post"], command["body"])
            continue
        done = run(command["run"], settings, folder)
        said = done.stdout + done.stderr
        assert done.returncode == 0, f"gcloud {command['run']}\n{said}"
        assert command["shows"] in said, f"gcloud {command['run']}\n{said}"
    after: dict[str, Any] = emulator.ok("GET", "/_witnesses").get("gcloud", {})
    # That a command is content is not enough: the emulator, and not Google, must have answered it.
    prefix = f"{NAMES.get(service, service)}."
    assert any(count > before.get(method, 0) for method, count in after.items() if method.startswith(prefix))


def run(command: str, settings: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    words = [word.replace("{tmp}", str(folder)) for word in shlex.split(command)]
    return subprocess.run(
        ["gcloud", *words], env=settings, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def test_there_are_enough_commands() -> None:
    assert sum("run" in command for commands in COMMANDS.values() for command in commands) >= 30
