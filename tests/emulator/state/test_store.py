"""The store, the policies, the projects: data in, data out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.state.ids import Ids
from emulator.state.operations import LIMIT, Operation, Operations
from emulator.state.policies import Policies
from emulator.state.projects import Projects, number_from
from emulator.state.store import Store
from emulator.wire.errors import GoogleError

NAMES = st.lists(st.sampled_from(["a/a", "a/b", "b/a", "b/b"]), min_size=1, max_size=3).map("/".join)


@given(st.lists(st.tuples(st.booleans(), NAMES), max_size=40))
def test_lists_are_what_was_put_and_not_deleted(steps: list[tuple[bool, str]]) -> None:
    store, model = Store(), dict[str, None]()
    for put, name in steps:
        if put:
            store.put("s", name, {"name": name})
            model.setdefault(name)
        else:
            store.delete("s", name)
            model = {n: None for n in model if n != name and not n.startswith(name + "/")}
    for collection in {n.rpartition("/")[0] for n in model} | {"a", "b"}:
        assert store.names("s", collection) == [n for n in model if n.rpartition("/")[0] == collection]
    again = Store()
    again.restore(json.loads(json.dumps(store.snapshot())))
    assert again.snapshot() == store.snapshot()
    assert again.counts() == store.counts()


def test_what_is_handed_out_is_a_copy() -> None:
    store, body = Store(), {"a": {"b": [1]}}
    store.put("s", "x/1", body)
    body["a"]["b"].append(2)
    found = store.get("s", "x/1")
    assert found == {"a": {"b": [1]}}
    found["a"]["b"].append(3)
    assert store.get("s", "x/1") == {"a": {"b": [1]}}


def test_a_dash_stands_for_any() -> None:
    store = Store()
    for name in ("p/1/l/x/e/1", "p/1/l/y/e/2", "p/2/l/x/e/3"):
        store.put("s", name, {})
    assert store.names("s", "p/1/l/-/e") == ["p/1/l/x/e/1", "p/1/l/y/e/2"]


def policy(*members: str, **more: Any) -> dict[str, Any]:
    return {"bindings": [{"role": "roles/viewer", "members": list(members)}], **more}


class TestPolicies:
    def test_unset_set_emptied(self) -> None:
        policies = Policies(Ids(1))
        assert set(policies.get("s", "n")) == {"etag"}
        done = policies.set("s", "n", policy("user:a@example.org", etag=policies.get("s", "n")["etag"]))
        assert set(done) == {"bindings", "etag", "version"}
        assert set(policies.set("s", "n", {"etag": done["etag"]})) == {"etag", "version"}

    def test_a_stale_etag_is_409(self) -> None:
        policies = Policies(Ids(1))
        first = policies.set("s", "n", policy("user:a@example.org"))
        policies.set("s", "n", policy("user:b@example.org", etag=first["etag"]))
        with pytest.raises(GoogleError) as caught:
            policies.set("s", "n", policy("user:c@example.org", etag=first["etag"]))
        assert (caught.value.code, caught.value.status) == (409, "ABORTED")

    def test_a_condition_needs_version_3(self) -> None:
        policies = Policies(Ids(1))
        conditional = {
            "bindings": [
                {"role": "roles/viewer", "members": ["user:a@x.org"], "condition": {"expression": "true", "title": "t"}}
            ]
        }
        with pytest.raises(GoogleError):
            policies.set("s", "n", conditional)
        assert policies.set("s", "n", {**conditional, "version": 3})["version"] == 3

    @pytest.mark.parametrize("member", ["a@example.org", "user:", "robot:x", "", 5])
    def test_members_have_a_kind(self, member: str) -> None:
        with pytest.raises(GoogleError):
            Policies(Ids(1)).set("s", "n", policy(member))

    def test_bindings_are_merged_and_sorted(self) -> None:
        done = Policies(Ids(1)).set(
            "s",
            "n",
            {"bindings": [*policy("user:b@x.org")["bindings"], *policy("user:a@x.org", "user:b@x.org")["bindings"]]},
        )
        assert done["bindings"] == [{"role": "roles/viewer", "members": ["user:a@x.org", "user:b@x.org"]}]

    def test_who_holds_what(self) -> None:
        policies = Policies(Ids(1))
        policies.set("s", "n", policy("user:a@x.org"))
        assert policies.holds("user:a@x.org", frozenset({"roles/viewer"}), ("s", "n"))
        assert not policies.holds("user:a@x.org", frozenset({"roles/owner"}), ("s", "n"))


class TestProjects:
    def test_id_and_number_mean_the_same(self) -> None:
        projects = Projects()
        projects.seed({"projects": [{"id": "demo", "number": "42", "services": ["run"]}]})
        assert projects.find("42") is projects.find("demo")
        assert projects.canonical("projects/42/secrets/s") == "projects/demo/secrets/s"
        assert projects.by_number("projects/demo") == "projects/42"
        assert projects.canonical("folders/42") == "folders/42"

    def test_an_api_that_is_not_enabled_says_how_to_enable_it(self) -> None:
        projects = Projects()
        projects.seed({"projects": [{"id": "demo", "number": "42", "services": []}]})
        with pytest.raises(GoogleError) as caught:
            projects.require("demo", "aiplatform")
        info = caught.value.details[0]
        assert (caught.value.code, info["reason"], info["metadata"]["service"]) == (
            403,
            "SERVICE_DISABLED",
            "aiplatform.googleapis.com",
        )

    def test_round_trip(self) -> None:
        projects = Projects()
        projects.seed(
            {"projects": [{"id": "demo", "services": ["*"]}], "folders": [{"id": "7", "parent": "organizations/1"}]}
        )
        again = Projects()
        again.restore(json.loads(json.dumps(projects.snapshot())))
        assert again.snapshot() == projects.snapshot()
        assert again.number_of("demo") == number_from("demo")


def test_operations_are_bounded() -> None:
    operations = Operations()
    for n in range(LIMIT + 50):
        operations.add(Operation("s", f"operations/{n}", {"name": "x"}, {"name": "x", "done": True}))
    assert operations.poll("s", "operations/0") is None
    assert len(operations.snapshot()) == LIMIT
