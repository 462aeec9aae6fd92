"""What came back against what was sent, as Google spells it."""

from __future__ import annotations

from typing import Any

import pytest

from lockgate.rehearsal import compare, operations, policies
from lockgate.rehearsal.client import Request
from lockgate.rehearsal.mapping.model import Entry

NUMBERS = {"example-project": "123456789012"}
ENTRY = Entry(service="s", name="v1/x", loosely=["location"], unread_fields=["hidden"], reads_as={"a.b": "c.0.d"})


def differences(sent: dict[str, Any], got: dict[str, Any]) -> list[str]:
    return compare.differences(ENTRY, sent, got, NUMBERS)


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        ({"n": 7776000000}, {"n": "7776000000"}),
        ({"n": 1}, {"n": 1.0}),
        ({"flag": False, "zero": 0, "text": "", "list": [], "object": {"inner": False}}, {}),
        ({"network": "projects/example-project/global/networks/n"},
         {"network": "https://www.googleapis.com/compute/v1/projects/example-project/global/networks/n"}),
        ({"name": "projects/example-project/secrets/s"}, {"name": "projects/123456789012/secrets/s"}),
        ({"duration": "60s"}, {"duration": "60.000s"}),
        ({"location": "europe-west4"}, {"location": "EUROPE-WEST4"}),
        ({"list": ["a", "b"]}, {"list": ["b", "a"]}),
        ({"o": {"a": 1}}, {"o": {"a": 1, "added": 2}}),
        ({"hidden": "x"}, {}),
        ({"a": {"b": 1}}, {"c": [{"d": 1}]}),
    ],
)  # fmt: skip
def test_the_same_in_googles_spelling(sent: dict[str, Any], got: dict[str, Any]) -> None:
    assert differences(sent, got) == []


@pytest.mark.parametrize(
    ("sent", "got", "said"),
    [
        ({"a": "x"}, {}, "a: sent 'x', got nothing"),
        ({"a": {"x": {"y": 1}}}, {"a": {"x": {"y": 2}}}, "y: sent 1, got 2"),
        ({"flag": True}, {"flag": False}, "flag: sent True, got False"),
        ({"flag": True}, {}, "got nothing"),
        ({"flag": False}, {"flag": True}, "flag: sent False, got True"),
        ({"list": ["a", "b"]}, {"list": ["a"]}, "list: sent"),
        ({"list": ["a", "b"]}, {"list": ["a", "a"]}, "list[1]: sent 'b', got 'a'"),
        ({"name": "projects/other/secrets/s"}, {"name": "projects/123456789012/secrets/s"}, "name: sent"),
        ({"duration": "60s"}, {"duration": "61s"}, "duration"),
        ({"a": {"b": 1}}, {"c": [{"d": 2}]}, "a.b: sent 1, got 2"),
    ],
)
def test_a_difference_is_said(sent: dict[str, Any], got: dict[str, Any], said: str) -> None:
    (line,) = differences(sent, got)
    assert said in line


class TestOperations:
    request = Request("run", "POST", "v2/projects/p/locations/l/services")

    def test_an_answer_that_is_none(self) -> None:
        assert operations.read(self.request, {"name": "projects/p/secrets/s"}) is None
        assert operations.read(self.request, {"name": "projects/p/operations/o", "labels": {}}) is None

    def test_one_that_goes_on_is_asked_for_in_its_version(self) -> None:
        found = operations.read(self.request, {"name": "projects/p/locations/l/operations/o"})
        assert found is not None
        assert (found.done, found.path) == (False, "v2/projects/p/locations/l/operations/o")

    def test_one_that_is_done_has_a_response(self) -> None:
        found = operations.read(
            self.request, {"name": "operations/o", "done": True, "response": {"@type": "t", "email": "e"}}
        )
        assert found is not None
        assert (found.done, found.response) == (True, {"email": "e"})

    def test_one_that_failed(self) -> None:
        found = operations.read(
            self.request, {"name": "operations/o", "done": True, "error": {"code": 9, "message": "no"}}
        )
        assert found is not None
        assert found.error == ("9", "no")

    @pytest.mark.parametrize("kind", ["compute#operation", "sql#operation"])
    def test_computes_form(self, kind: str) -> None:
        link = "https://www.googleapis.com/compute/v1/projects/p/global/operations/o"
        running = operations.read(self.request, {"kind": kind, "name": "o", "status": "RUNNING", "selfLink": link})
        assert running is not None
        assert (running.done, running.path) == (False, "compute/v1/projects/p/global/operations/o")
        failed = operations.read(
            self.request,
            {"kind": kind, "status": "DONE", "selfLink": link, "error": {"errors": [{"code": "C", "message": "m"}]}},
        )
        assert failed is not None
        assert failed.error == ("C", "m")

    @pytest.mark.parametrize(
        ("raw", "said"),
        [
            (b'{"error": {"code": 404, "message": "gone", "status": "NOT_FOUND"}}', ("NOT_FOUND", "gone")),
            (b'{"error": {"code": 409, "message": "m", "errors": [{"reason": "conflict"}]}}', ("conflict", "m")),
            (b'{"error": {"code": 403, "message": "m", "status": "PERMISSION_DENIED", "details": '
             b'[{"@type": "x", "reason": "SERVICE_DISABLED"}]}}', ("PERMISSION_DENIED SERVICE_DISABLED", "m")),
            (b"<html>bad gateway</html>", ("HTTP 500", "<html>bad gateway</html>")),
            (b"", ("HTTP 500", "no text")),
        ],
    )  # fmt: skip
    def test_errors_in_every_envelope(self, raw: bytes, said: tuple[str, str]) -> None:
        assert operations.error(raw, 500) == said


class TestPolicies:
    member = policies.part("member", {"role": "roles/a", "member": "user:a@example.com"})
    binding = policies.part("binding", {"role": "roles/a", "members": ["user:a@example.com"]})
    audit = policies.part("audit", {"service": "s", "auditLogConfigs": [{"logType": "DATA_READ"}]})

    def test_a_member_joins_and_leaves(self) -> None:
        before = {"etag": "e", "bindings": [{"role": "roles/a", "members": ["user:b@example.com"]}]}
        after = policies.granted(before, self.member)
        assert after["bindings"] == [{"role": "roles/a", "members": ["user:b@example.com", "user:a@example.com"]}]
        assert after["etag"] == "e"
        assert policies.granted(after, self.member)["bindings"] == after["bindings"]
        assert policies.found(after, self.member) is not None
        left = policies.withdrawn(after, self.member)
        assert left["bindings"] == before["bindings"]
        assert policies.found(left, self.member) is None

    def test_the_last_member_takes_the_role_along(self) -> None:
        assert policies.withdrawn(policies.granted({}, self.member), self.member)["bindings"] == []

    def test_a_binding_replaces_whoever_is_there(self) -> None:
        before = {"bindings": [{"role": "roles/a", "members": ["user:b@example.com"]}]}
        assert policies.granted(before, self.binding)["bindings"] == [
            {"role": "roles/a", "members": ["user:a@example.com"]}
        ]

    def test_a_condition_is_another_binding(self) -> None:
        condition = {"title": "t", "expression": "true"}
        wanted = policies.part("member", {"role": "roles/a", "member": "user:a@example.com", "condition": condition})
        after = policies.granted(policies.granted({}, self.member), wanted)
        assert len(after["bindings"]) == 2
        assert after["version"] == 3

    def test_an_audit_configuration_leaves_the_bindings_alone(self) -> None:
        before = {"bindings": [{"role": "roles/a", "members": ["user:b@example.com"]}]}
        after = policies.granted(before, self.audit)
        assert after["bindings"] == before["bindings"]
        assert policies.found(after, self.audit) == self.audit
        assert policies.found(policies.withdrawn(after, self.audit), self.audit) is None
