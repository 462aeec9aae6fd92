"""Cloud Scheduler through googleapiclient and plain HTTP."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from emulator.services.cloudscheduler import cron, next_run

PROJECT = "demo-project"
PLACE = f"projects/{PROJECT}/locations/europe-west4"
NAME = f"{PLACE}/jobs/heartbeat"
JOB = {"name": NAME, "schedule": "*/5 * * * *", "timeZone": "Etc/UTC", "httpTarget": {"uri": "https://e.example.com"}}


@pytest.fixture
def jobs(emulator: Any) -> Any:
    made = build(
        "cloudscheduler",
        "v1",
        credentials=AnonymousCredentials(),
        static_discovery=True,
        cache_discovery=False,
        client_options=ClientOptions(api_endpoint=f"{emulator.base}/cloudscheduler/"),
    )
    return made.projects().locations().jobs()


def test_a_job_is_paused_resumed_and_run(jobs: Any) -> None:
    made = jobs.create(parent=PLACE, body=JOB).execute()
    assert (made["name"], made["state"], made["attemptDeadline"]) == (NAME, "ENABLED", "180s")
    assert made["httpTarget"]["httpMethod"] == "POST"
    assert made["retryConfig"]["maxDoublings"] == 5
    assert "scheduleTime" in made
    assert jobs.pause(name=NAME, body={}).execute()["state"] == "PAUSED"
    with pytest.raises(HttpError, match="only an enabled job"):
        jobs.pause(name=NAME, body={}).execute()
    assert jobs.resume(name=NAME, body={}).execute()["state"] == "ENABLED"
    assert "lastAttemptTime" in jobs.run(name=NAME, body={}).execute()
    changed = jobs.patch(name=NAME, body={"schedule": "0 8 * * mon-fri"}, updateMask="schedule").execute()
    assert changed["schedule"] == "0 8 * * mon-fri"
    with pytest.raises(HttpError, match="already exists"):
        jobs.create(parent=PLACE, body=JOB).execute()
    jobs.delete(name=NAME).execute()
    assert jobs.list(parent=PLACE).execute() == {}


@pytest.mark.parametrize(
    "change",
    [
        {"schedule": "every so often"},
        {"schedule": "61 * * * *"},
        {"timeZone": "Mars/Olympus"},
        {"httpTarget": {"uri": "gopher://x"}},
        {"httpTarget": None},
        {"attemptDeadline": "1s"},
        {"name": f"projects/{PROJECT}/locations/elsewhere/jobs/x"},
    ],
)
def test_jobs_that_are_refused(emulator: Any, change: dict[str, Any]) -> None:
    emulator.refused(400, "POST", f"/cloudscheduler/v1/{PLACE}/jobs", JOB | change)


def test_a_job_whose_account_does_not_exist(emulator: Any) -> None:
    token = {"oidcToken": {"serviceAccountEmail": f"nobody-here@{PROJECT}.iam.gserviceaccount.com"}}
    emulator.refused(
        403, "POST", f"/cloudscheduler/v1/{PLACE}/jobs", {**JOB, "httpTarget": {**JOB["httpTarget"], **token}}
    )  # type: ignore[dict-item]


def test_a_run_publishes(emulator: Any, jobs: Any) -> None:
    topic, sub = f"projects/{PROJECT}/topics/tick", f"/pubsub/v1/projects/{PROJECT}/subscriptions/tock"
    target = {"topicName": topic, "data": base64.b64encode(b"now").decode()}
    body = {"name": NAME, "schedule": "0 0 1 1 *", "pubsubTarget": target}
    with pytest.raises(HttpError, match="does not exist"):
        jobs.create(parent=PLACE, body=body).execute()
    emulator.ok("PUT", f"/pubsub/v1/{topic}", {})
    emulator.ok("PUT", sub, {"topic": topic})
    jobs.create(parent=PLACE, body=body).execute()
    jobs.run(name=NAME, body={}).execute()
    got = emulator.ok("POST", f"{sub}:pull", {"maxMessages": 1})["receivedMessages"]
    assert got[0]["message"]["data"] == target["data"]


@pytest.mark.parametrize(
    ("schedule", "zone", "expected"),
    [
        ("*/5 * * * *", "UTC", "2026-11-22 20:05"),
        ("0 8 * * 1-5", "UTC", "2026-11-23 08:00"),
        ("0 8 * * *", "Europe/Zurich", "2026-11-23 07:00"),
        ("30 2 29 2 *", "UTC", None),
        ("0 0 1 * sun", "UTC", "2026-11-29 00:00"),
    ],
)
def test_when_a_schedule_comes_round(schedule: str, zone: str, expected: str | None) -> None:
    start = datetime(2026, 11, 22, 20, 3, tzinfo=UTC).timestamp()
    found = next_run(schedule, zone, start)
    assert (found and found.strftime("%Y-%m-%d %H:%M")) == expected


@pytest.mark.parametrize("text", ["", "* * * *", "a * * * *", "5-1 * * * *", "*/0 * * * *", "* 24 * * *"])
def test_what_is_no_schedule(text: str) -> None:
    assert cron(text) is None
