"""Calls: retried, bounded, cached, and never saying a credential."""

from __future__ import annotations

import time
from typing import Any

import pytest

from lockgate.audit import clients
from lockgate.audit.calls import Absent, Call, Reader, Unreadable, call


class Refused(Exception):
    def __init__(self, status: int | None, after: str | None = None, message: str = "no") -> None:
        super().__init__(message)
        self.status, self.after = status, after


class Scripted(clients.Access):
    """Answers one after the other."""

    def __init__(self, *answers: Any) -> None:
        super().__init__("p")
        self.answers = list(answers)
        self.asked = 0

    def send(self, call: Call, left: float) -> Any:
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture(autouse=True)
def _failures(monkeypatch: pytest.MonkeyPatch) -> None:
    def failure(error: Any) -> clients.Failed:
        return clients.Failed(str(error), error.status, error.after, lost=error.status is None)

    monkeypatch.setattr(clients, "failure", failure)


ONE = Call("x", "svc", "", "get", (("name", "n"),))


def reader(access: Scripted, seconds: float = 100.0) -> tuple[Reader, list[float]]:
    waits: list[float] = []
    return Reader(access, time.monotonic() + seconds, waits.append), waits


@pytest.mark.parametrize("status", [429, 500, 503, None])
def test_what_may_pass_is_tried_again(status: int | None) -> None:
    access = Scripted(Refused(status), Refused(status), {"a": 1})
    asking, waits = reader(access)
    assert asking.read(ONE) == {"a": 1}
    assert len(waits) == 2
    assert waits[1] > waits[0] / 2


def test_retry_after_is_honoured() -> None:
    access = Scripted(Refused(429, "7"), {})
    asking, waits = reader(access)
    asking.read(ONE)
    assert waits == [7.0]


def test_a_wait_beyond_the_deadline_is_not_waited() -> None:
    access = Scripted(Refused(429, "500"), {})
    asking, waits = reader(access, seconds=5)
    with pytest.raises(Unreadable) as unread:
        asking.read(ONE)
    assert (unread.value.status, waits) == (429, [])


def test_tries_are_bounded() -> None:
    access = Scripted(*[Refused(503)] * 20)
    asking, _ = reader(access)
    with pytest.raises(Unreadable):
        asking.read(ONE)
    assert access.asked == 6


def test_only_404_is_absence() -> None:
    asking, _ = reader(Scripted(Refused(404)))
    with pytest.raises(Absent):
        asking.read(ONE)
    for status in (400, 401, 403, 409):
        asking, waits = reader(Scripted(Refused(status)))
        with pytest.raises(Unreadable):
            asking.read(ONE)
        assert waits == []


def test_equal_calls_are_made_once() -> None:
    access = Scripted({"a": 1})
    asking, _ = reader(access)
    assert asking.read(ONE) is asking.read(Call("x", "svc", "", "get", (("name", "n"),)))
    assert access.asked == 1
    asking, _ = reader(Scripted(Refused(403)))
    for _ in range(2):
        with pytest.raises(Unreadable):
            asking.read(ONE)


@pytest.mark.parametrize(
    "secret", ["ya29.a0AfH6SMB-x_y.z", "Bearer abc.def", "eyJhbGciOi.eyJzdWIi.c2ln", "-----BEGIN PRIVATE KEY-----\nMII"]
)
def test_a_credential_in_a_message_is_left_out(secret: str) -> None:
    asking, _ = reader(Scripted(Refused(401, message=f"token {secret} is wrong")))
    with pytest.raises(Unreadable) as unread:
        asking.read(ONE)
    assert secret.partition("\n")[0] not in unread.value.reason


def test_a_call_is_made_from_its_text() -> None:
    made = call(
        "get_x name=projects/{project}/x/{id.last} options.requested_policy_version=3",
        {"project": "p", "id": "a/b/c"},
        by="m.C",
        service="s",
        host="{project}-s.example",
    )
    assert made == Call(
        "m.C", "s", "p-s.example", "get_x", (("name", "projects/p/x/c"), ("options.requested_policy_version", "3"))
    )
    assert made.subject == "projects/p/x/c"


@pytest.mark.parametrize(
    ("by", "service", "host", "address"),
    [
        ("google.cloud.kms_v1.KeyManagementServiceClient", "cloudkms", "", "cloudkms.googleapis.com"),
        ("google.cloud.modelarmor_v1.ModelArmorClient", "modelarmor", "modelarmor.europe-west4.rep.googleapis.com",
         "modelarmor.europe-west4.rep.googleapis.com"),
        ("google.cloud.billing.budgets_v1.BudgetServiceClient", "billingbudgets", "", "billingbudgets.googleapis.com"),
        ("google.pubsub_v1.PublisherClient", "pubsub", "", "pubsub.googleapis.com"),
    ],
)  # fmt: skip
def test_the_real_cloud_is_asked_where_no_emulator_is(by: str, service: str, host: str, address: str) -> None:
    from google.auth.credentials import AnonymousCredentials

    access = clients.Access("p", _credentials=AnonymousCredentials())
    client = access._generated(Call(by, service, host, "get", ()))
    assert client.transport.host.removeprefix("https://").removesuffix(":443") == address
    assert client.transport.kind == "rest"
    access = clients.Access("p", "http://127.0.0.1:1", _credentials=AnonymousCredentials())
    client = access._generated(Call(by, service, host, "get", ()))
    assert client.transport.host.startswith(f"http://127.0.0.1:1/{service}")
