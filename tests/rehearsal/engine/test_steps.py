"""What is made of the engine's words: one message a resource, without colours, logs and tracebacks."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi import automation
from pulumi.automation import events

from lockgate.rehearsal.engine import steps
from lockgate.rehearsal.engine.steps import Complaint

URN = "urn:pulumi:test::lockgate::gcp:sql/database:Database::ledger"
STACK = "urn:pulumi:test::lockgate::pulumi:pulumi:Stack::lockgate-test"


def failed(*said: tuple[str, str]) -> list[Complaint]:
    def call(on_event: Any) -> None:
        for number, (urn, message) in enumerate(said):
            one = {"urn": urn, "message": message, "color": "never", "severity": "error"}
            on_event(events.EngineEvent.from_json({"sequence": number, "timestamp": 0, "diagnosticEvent": one}))

    return steps._step("up", call, changes=True, options={}).complaints


def test_the_providers_log_line_and_its_error_are_one() -> None:
    said = "Error creating Database: 404"
    logged = (
        f"<{{%reset%}}>sdk-v2/provider2.go:571: sdk.helper_schema: {said}: provider=google-beta@9.35.0<{{%reset%}}>"
    )
    assert failed(
        (URN, logged), (URN, "1 error occurred:\n\t* Error creating Database: 404"), (STACK, "update failed")
    ) == [Complaint(URN, "Error creating Database: 404")]


def test_where_only_the_program_failed_what_it_raised_is_said() -> None:
    raised = (
        'error: Program failed:\nTraceback (most recent call last):\n  File "x.py", line 1\nValueError: no such stack'
    )
    assert failed((STACK, raised)) == [Complaint(STACK, "ValueError: no such stack")]


def test_a_command_that_fails_without_a_word_fails_the_step() -> None:
    def call(on_event: Any) -> None:
        raise automation.CommandError(
            automation._cmd.CommandResult(stdout="", stderr="error: no such backend", code=255)
        )

    step = steps._step("up", call, changes=True, options={})
    assert step.failed
    assert "no such backend" in step.complaints[0].message


@pytest.mark.parametrize(("changes", "complaints"), [(True, 0), (False, 1)])
def test_a_change_counts_against_a_step_that_was_to_change_nothing(changes: bool, complaints: int) -> None:
    metadata = {
        "op": "update",
        "urn": URN,
        "type": "t",
        "keys": [],
        "diffs": ["settings"],
        "logical": True,
        "provider": "p",
    }

    def call(on_event: Any) -> None:
        for number in range(2):
            event = {"sequence": number, "timestamp": 0, "resourcePreEvent": {"metadata": metadata}}
            on_event(events.EngineEvent.from_json(event))

    step = steps._step("refresh", call, changes=changes, options={})
    assert (step.changed, len(step.complaints)) == (1, complaints)
    assert all("settings" in one.message for one in step.complaints)
