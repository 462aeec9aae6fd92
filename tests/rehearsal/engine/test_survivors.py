"""What a destroy leaves is sorted into what is declared and what is not."""

from __future__ import annotations

from typing import Any

from lockgate.plan.model import Plan, Resource
from lockgate.rehearsal.engine import survivors
from lockgate.rehearsal.mapping import load

RING = "gcp:kms/keyRing:KeyRing"
KEY = "gcp:kms/cryptoKey:CryptoKey"
SERVICE = "gcp:projects/service:Service"
ACCOUNT = "gcp:serviceaccount/account:Account"


def resource(type_: str, name: str, inputs: dict[str, Any]) -> Resource:
    return Resource(f"urn:{name}", type_, name, True, None, None, False, [], {}, None, inputs)


def sorted_out(left: set[survivors.Name], *resources: Resource) -> tuple[dict[str, str], list[survivors.Name]]:
    plan = Plan("lockgate.plan/1", "lockgate", "test", list(resources))
    kept, strays = survivors.sort_out(left, survivors.declared(plan, load.entries()))
    return {one.urn: one.name for one in kept}, strays


RING_HERE = resource(RING, "ring", {"project": "p", "location": "europe-west4", "name": "ring"})
KEY_HERE = resource(KEY, "key", {"keyRing": {"$unknown": True}, "name": "sql"})
AT = "projects/p/locations/europe-west4/keyRings/ring"


def test_a_ring_and_its_key_with_its_versions_are_declared() -> None:
    left = {("cloudkms", AT), ("cloudkms", f"{AT}/cryptoKeys/sql"), ("cloudkms", f"{AT}/cryptoKeys/sql/versions/1")}
    kept, strays = sorted_out(left, KEY_HERE, RING_HERE)
    assert kept == {"urn:ring": AT, "urn:key": f"{AT}/cryptoKeys/sql"}
    assert strays == []


def test_what_nobody_planned_is_a_stray_though_its_kind_survives() -> None:
    other = ("cloudkms", "projects/p/locations/europe-west4/keyRings/another")
    assert sorted_out({other}, RING_HERE) == ({}, [other])


def test_the_same_name_in_another_service_is_a_stray() -> None:
    assert sorted_out({("secretmanager", AT)}, RING_HERE)[1] == [("secretmanager", AT)]


def test_a_name_that_only_begins_like_a_declared_one_is_a_stray() -> None:
    assert sorted_out({("cloudkms", f"{AT}-2")}, RING_HERE)[1] == [("cloudkms", f"{AT}-2")]


def test_what_the_program_asks_to_be_removed_is_not_declared() -> None:
    name = ("serviceusage", "projects/p/services/run.googleapis.com")
    inputs = {"project": "p", "service": "run.googleapis.com"}
    assert sorted_out({name}, resource(SERVICE, "run", {**inputs, "disableOnDestroy": False}))[1] == []
    assert sorted_out({name}, resource(SERVICE, "run", {**inputs, "disableOnDestroy": True}))[1] == [name]


def test_a_deleted_account_is_kept_for_being_brought_back() -> None:
    account = resource(ACCOUNT, "router", {"project": "p", "accountId": "router"})
    assert sorted_out({("iam", "deletedServiceAccounts/1234")}, account)[1] == []
    assert sorted_out({("iam", "projects/p/serviceAccounts/router@p.iam.gserviceaccount.com")}, account)[1] != []


def test_the_names_of_a_state_are_those_of_all_its_services() -> None:
    state = {"store": {"resources": {"pubsub": {"projects/p/topics/t": {}}, "dns": {}}}}
    assert survivors.names(state) == {("pubsub", "projects/p/topics/t")}
