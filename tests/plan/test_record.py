"""Programs are recorded as a user's are: in a process of their own, through ``record_project``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from lockgate.errors import InputError
from lockgate.plan.model import Plan, digest
from lockgate.plan.program import record_project
from lockgate.plan.project import find

TESTDATA = Path(__file__).parent / "testdata"


@pytest.fixture
def project(tmp_path: Path) -> Any:
    """Makes a project of a program's text and records it for the stack ``dev``."""

    def make(program: str, *, stack_file: str | None = None, **kwargs: Any) -> Plan:
        (tmp_path / "Pulumi.yaml").write_text("name: example\nruntime: python\n")
        (tmp_path / "__main__.py").write_text(program)
        if stack_file:
            (tmp_path / "Pulumi.dev.yaml").write_text(stack_file)
        notes: list[str] = []
        plan = record_project(find(tmp_path), "dev", note=notes.append, **kwargs)
        make.notes = notes  # type: ignore[attr-defined]
        return plan

    return make


def by_name(plan: Plan) -> dict[str, Any]:
    return {resource.name: resource for resource in plan.resources}


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    return by_name(record_project(find(TESTDATA / "program"), "st", note=print))


def test_urns_are_the_engines(recorded: dict[str, Any]) -> None:
    assert recorded["intake-topic"].urn == (
        "urn:pulumi:st::proj::example:intake:Intake$gcp:pubsub/topic:Topic::intake-topic"
    )
    assert recorded["intake"].urn == "urn:pulumi:st::proj::example:intake:Intake::intake"
    assert recorded["intake"].parent is None
    assert recorded["intake-topic"].parent == recorded["intake"].urn


def test_a_secret_is_marked_and_its_value_is_nowhere(recorded: dict[str, Any]) -> None:
    assert recorded["intake-topic"].inputs["kmsKeyName"] == {"$secret": True}
    assert not any("a key" in json.dumps(resource.inputs) for resource in recorded.values())


def test_what_only_the_cloud_knows_is_unknown_and_keeps_its_origin(recorded: dict[str, Any]) -> None:
    subscription = recorded["intake-subscription"]
    assert subscription.inputs["topic"] == {"$unknown": True}
    assert subscription.property_dependencies["topic"] == [recorded["intake-topic"].urn]
    assert subscription.inputs["name"] == "all-cases"


def test_options_are_recorded(recorded: dict[str, Any]) -> None:
    assert recorded["intake-subscription"].protect
    assert recorded["intake-bucket"].dependencies == [recorded["intake-subscription"].urn]
    assert recorded["intake-bucket"].provider == recorded["google"].urn
    assert recorded["sender"].provider is None
    assert recorded["google"].inputs["defaultLabels"] == {"use_case": "intake"}


def test_the_source_is_the_line_of_the_program(recorded: dict[str, Any]) -> None:
    program = (TESTDATA / "program" / "__main__.py").read_text().splitlines()
    file, _, line = recorded["sender"].source.partition(":")
    assert file == "__main__.py"
    assert program[int(line) - 1].startswith("gcp.serviceaccount.Account")


def test_two_recordings_are_alike() -> None:
    first, second = (record_project(find(TESTDATA / "program"), "st", note=print) for _ in range(2))
    assert digest(first) == digest(second)


def test_what_a_program_prints_is_not_taken_for_a_plan(project: Any, capfd: pytest.CaptureFixture[str]) -> None:
    plan = project('print("{\\"plan\\": 1}")\nimport pulumi_gcp as gcp\ngcp.pubsub.Topic("t")\n')
    assert [resource.name for resource in plan.resources] == ["t"]
    captured = capfd.readouterr()
    assert captured.out == ""
    assert '{"plan": 1}' in captured.err


@pytest.mark.parametrize(
    ("program", "message"),
    [
        ("x = 1\n1 / 0\n", r"__main__.py:2: the program raises ZeroDivisionError: division by zero"),
        ("import nowhere\n", r"__main__.py:1: the program raises ModuleNotFoundError: No module named 'nowhere'"),
        ("def (:\n", r"__main__.py:1: the program raises SyntaxError"),
        ("import sys\nsys.exit(0)\n", r"__main__.py:2: the program exits \(status 0\) before its end"),
        ("import os\nos._exit(3)\n", r"ended its process \(status 3\) before its plan was complete"),
        ("import os\nos.kill(os.getpid(), 9)\n", r"ended its process \(signal 9\) before"),
        (
            "import pulumi_gcp as gcp\ngcp.dns.get_managed_zone(name='z')\n",
            r"calls gcp:dns/getManagedZone:getManagedZone, which only the cloud can answer.*--answers",
        ),
        (
            "import pulumi_gcp as gcp\ngcp.pubsub.Topic('t')\ngcp.pubsub.Topic('t')\n",
            r"two resources have the URN urn:pulumi:dev::example::gcp:pubsub/topic:Topic::t",
        ),
        (
            "import pulumi\npulumi.Config().require_int('size')\n",
            r"the program raises ConfigTypeError|cannot go on without configuration example:size",
        ),
        (
            "import pulumi_gcp as gcp\nt = gcp.pubsub.Topic('t', name='n')\nt.name.apply(lambda n: 1 / 0)\n"
            "gcp.pubsub.Topic('u', name=t.name.apply(lambda n: n[99]))\n",
            r"the program raises (ZeroDivisionError|IndexError)",
        ),
    ],
)
def test_a_program_that_cannot_be_recorded_says_why(project: Any, program: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as refused:
        project(program)
    assert "Traceback" not in str(refused.value)
    assert str(refused.value).count("\n") <= 1


def test_a_program_that_loops_is_stopped(project: Any) -> None:
    with pytest.raises(InputError, match=r"not recorded after 2 s. Does the program loop"):
        project("while True: pass\n", timeout_seconds=2.0)


def test_an_answer_can_be_given(project: Any) -> None:
    plan = project(
        "import pulumi_gcp as gcp\n"
        "zone = gcp.dns.get_managed_zone(name='z')\n"
        "gcp.dns.RecordSet('r', name='x.', type='A', managed_zone=zone.name, rrdatas=['1.2.3.4'])\n",
        answers={"gcp:dns/getManagedZone:getManagedZone": {"name": "answered"}},
    )
    assert by_name(plan)["r"].inputs["managedZone"] == "answered"


def test_required_configuration_that_nobody_set_is_unknown(project: Any) -> None:
    plan = project(
        "import pulumi, pulumi_gcp as gcp\ngcp.pubsub.Topic('t', name='x-' + pulumi.Config().require('name'))\n"
    )
    assert by_name(plan)["t"].inputs["name"] == {"$unknown": True}
    assert "example:name is not set" in project.notes[0]


def test_configuration_is_read_and_encrypted_configuration_is_secret(project: Any) -> None:
    plan = project(
        "import pulumi, pulumi_gcp as gcp\nconfig = pulumi.Config()\n"
        "gcp.pubsub.Topic('t', name=config.require('name'), kms_key_name=config.require_secret('key'))\n"
        "gcp.pubsub.Topic('u', name=config.require('given'))\n",
        stack_file="config:\n  example:name: from-the-file\n  example:key: {secure: AAAB}\n",
        given={"given": "by-hand"},
    )
    assert by_name(plan)["t"].inputs == {"name": "from-the-file", "kmsKeyName": {"$secret": True}}
    assert by_name(plan)["u"].inputs["name"] == "by-hand"


def test_a_program_of_another_language_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: nodejs\n")
    with pytest.raises(InputError, match=r"runtime is nodejs, expected python.*--plan"):
        find(tmp_path)


def test_its_own_environment_is_used(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: {name: python, options: {virtualenv: env}}\n")
    (tmp_path / "__main__.py").write_text("")
    assert find(tmp_path).interpreter == Path(sys.executable)
    (tmp_path / "env/bin").mkdir(parents=True)
    (tmp_path / "env/bin/python").symlink_to("/usr/bin/false")
    with pytest.raises(InputError, match=r"ended with status 1 before it could record"):
        record_project(find(tmp_path), "dev", note=print)
