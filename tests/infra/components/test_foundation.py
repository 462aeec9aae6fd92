"""What the services, identity, keys, network and ledger components protect, order and refuse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulumi_gcp as gcp
import pytest

from infra.components.identity import Identity
from infra.components.keys import Keys
from infra.components.ledger import Ledger
from infra.components.network import Network
from infra.components.services import Services
from infra.sizing import identity, keys, ledger, network, services
from lockgate.charter.load import load
from lockgate.plan.recorder import record

ROOT = Path(__file__).parents[3]
CHARTER = load(ROOT / "stacks" / "claims-triage" / "charter.yaml")
SERVICES, IDENTITY, KEYS = services.size(CHARTER), identity.size(CHARTER), keys.size(CHARTER)
NETWORK, LEDGER = network.size(CHARTER), ledger.size(CHARTER)


def planned(build: Callable[[], Any]) -> list[dict[str, Any]]:
    return list(record(build, project="lockgate", stack="test", root=ROOT)["resources"])


def of(resources: list[dict[str, Any]], type_: str) -> list[dict[str, Any]]:
    return [resource for resource in resources if resource["type"].endswith(f":{type_}")]


def with_services(args: keys.KeysArgs) -> Keys:
    return Keys("keys", args, enabled=Services("services", SERVICES).enabled)


def with_network(args: ledger.LedgerArgs, *workloads: str) -> Ledger:
    accounts = {name: gcp.serviceaccount.Account(name, account_id=f"{name}-account") for name in workloads}
    vpc = Network("network", NETWORK)
    return Ledger("ledger", args, key="a-key", network=vpc.network_id, peering=vpc.peering, accounts=accounts)


def test_apis_stay_enabled_when_the_stack_goes() -> None:
    enabled = of(planned(lambda: Services("services", SERVICES)), "Service")
    assert len(enabled) == len(SERVICES.apis)
    assert not any(resource["inputs"]["disableOnDestroy"] for resource in enabled)


def test_an_api_that_is_not_enabled_cannot_be_waited_for() -> None:
    with pytest.raises(ValueError, match=r"spanner is not enabled.*infra/sizing/services\.py"):
        planned(lambda: Services("services", SERVICES).of("pubsub", "spanner"))


def test_an_api_that_only_some_stacks_enable_is_waited_for_where_it_is() -> None:
    counts: list[int] = []
    planned(lambda: counts.append(len(Services("services", SERVICES).of("pubsub", where_enabled=("dlp", "spanner")))))
    assert counts == [2]


def test_a_grant_waits_for_its_account_and_its_role() -> None:
    resources = planned(lambda: Identity("identity", IDENTITY))
    (grant,) = [found for found in of(resources, "IAMMember") if found["name"] == "identity-router-grant"]
    assert {urn.rpartition("::")[2] for urn in grant["dependencies"]} >= {"identity-router", "identity-router-role"}


def test_no_account_has_a_key() -> None:
    resources = planned(lambda: Identity("identity", IDENTITY))
    assert of(resources, "Key") == []
    assert len(of(resources, "Account")) == len(IDENTITY.workloads)


def test_two_workloads_with_one_account_are_refused() -> None:
    router, *others = IDENTITY.workloads
    shared = replace(IDENTITY, workloads=(router, *(replace(other, account=router.account) for other in others)))
    with pytest.raises(ValueError, match=r"^identity: claims-triage-router is the account of two workloads"):
        planned(lambda: Identity("identity", shared))


def test_keys_and_their_ring_are_protected() -> None:
    resources = planned(lambda: with_services(KEYS))
    kept = [*of(resources, "KeyRing"), *of(resources, "CryptoKey")]
    assert len(kept) == 1 + len(KEYS.keys)
    assert all(resource["protect"] for resource in kept)


def test_a_key_is_given_out_only_after_its_grant() -> None:
    resources = planned(lambda: gcp.pubsub.Topic("topic", kms_key_name=with_services(KEYS).ids["pubsub"]))
    (topic,) = of(resources, "Topic")
    assert {urn.rpartition("::")[2] for urn in topic["propertyDependencies"]["kmsKeyName"]} == {
        "keys-pubsub",
        "keys-pubsub-users",
    }


def test_an_agent_that_google_names_is_asked_for_after_its_api() -> None:
    resources = planned(lambda: with_services(KEYS))
    (grant,) = [found for found in of(resources, "CryptoKeyIAMBinding") if found["name"] == "keys-logs-users"]
    assert grant["inputs"]["members"] == [{"$unknown": True}]
    assert [urn.rpartition("::")[2] for urn in grant["propertyDependencies"]["members"]] == ["services-logging"]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (keys.Agent("spanner", "serviceAccount:a"), "is used by spanner, which is not enabled"),
        (keys.Agent("pubsub", None), "is used by pubsub, whose service agent is not named"),
    ],
)
def test_a_key_that_nobody_could_use_is_refused(agent: keys.Agent, words: str) -> None:
    odd = replace(KEYS, keys=(keys.Key("odd", (agent,)),))
    with pytest.raises(ValueError, match=f"^keys: the key odd {words}"):
        planned(lambda: with_services(odd))


def test_the_ledgers_address_is_given_out_only_when_its_users_can_log_in() -> None:
    def build() -> None:
        gcp.pubsub.Topic("topic", labels={"host": with_network(LEDGER, "router").host})

    (topic,) = of(planned(build), "Topic")
    needed = {urn.rpartition("::")[2] for urn in topic["propertyDependencies"]["labels"]}
    assert needed == {"ledger-instance", "ledger-user-router"}
    assert topic["inputs"]["labels"]["host"] == {"$unknown": True}


def test_everything_is_denied_but_the_ways_out() -> None:
    rules = of(planned(lambda: Network("network", NETWORK)), "Firewall")
    denying = [rule for rule in rules if rule["inputs"].get("denies")]
    assert [rule["inputs"]["destinationRanges"] for rule in denying] == [["0.0.0.0/0"]]
    assert len(rules) == 1 + len(NETWORK.ways_out)
    assert all(rule["inputs"]["priority"] < denying[0]["inputs"]["priority"] for rule in rules if rule not in denying)


def test_an_api_of_the_region_has_an_address_and_a_name_of_its_own() -> None:
    resources = planned(lambda: Network("network", NETWORK))
    (endpoint,) = of(resources, "RegionalEndpoint")
    (api,) = NETWORK.regional
    assert endpoint["inputs"]["targetGoogleApi"] == api.host == "modelarmor.europe-west4.rep.googleapis.com"
    named = {record["inputs"]["name"]: record["inputs"]["rrdatas"] for record in of(resources, "RecordSet")}
    assert named[f"{api.host}."] == [api.address] == [endpoint["inputs"]["address"]]
    (place,) = [urn for urn in endpoint["propertyDependencies"]["subnetwork"] if "Subnetwork" in urn]
    assert place.endswith("::network-endpoints")


def test_models_get_a_place_only_where_some_are_deployed() -> None:
    without = replace(NETWORK, model_connections=0)
    assert len(of(planned(lambda: Network("network", NETWORK)), "ServiceConnectionPolicy")) == 1
    assert of(planned(lambda: Network("network", without)), "ServiceConnectionPolicy") == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subnet_range": "10.21.0.0/24"}, "the services range 10.21.0.0/20 .* overlap"),
        ({"endpoint_address": "10.20.0.9"}, "the endpoint 10.20.0.9 overlap"),
        ({"regional_range": "10.20.0.0/28"}, "the subnets 10.20.0.0/24 and 10.20.0.0/28, .* overlap"),
        ({"endpoint_address": "10.20.1.9"}, "the endpoint 10.20.1.9 overlap"),
        (
            {"regional": (network.RegionalApi("a", "a.rep.googleapis.com", "10.20.0.7"),)},
            "10.20.0.7 of a.rep.googleapis.com is not in 10.20.1.0/28",
        ),
        ({"ways_out": (network.WayOut("all", "", "0.0.0.0/0", ("443",)),)}, "the way out all leads everywhere"),
    ],
)
def test_addresses_that_would_open_or_collide_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=f"^network: .*{words}"):
        planned(lambda: Network("network", replace(NETWORK, **change)))


def test_the_ledger_is_protected_and_comes_after_the_peering() -> None:
    resources = planned(lambda: with_network(LEDGER, "router"))
    (instance,) = of(resources, "DatabaseInstance")
    (database,) = of(resources, "Database")
    assert instance["protect"]
    assert database["protect"]
    assert any(urn.endswith("::network-services") for urn in instance["dependencies"])


def test_the_ledgers_user_owns_tables_without_a_password() -> None:
    (user,) = of(planned(lambda: with_network(LEDGER, "router")), "User")
    assert user["inputs"]["type"] == "CLOUD_IAM_SERVICE_ACCOUNT"
    assert user["inputs"]["databaseRoles"] == ["cloudsqlsuperuser"]
    assert not {"password", "passwordWo"} & set(user["inputs"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"users": (("stranger", "stranger@p.iam"),)}, "stranger has no service account"),
        ({"users": (("router", "r" * 64),)}, "has 64 characters; PostgreSQL cuts names after 63"),
        ({"version": "MYSQL_8_4"}, "MYSQL_8_4 is no PostgreSQL"),
    ],
)
def test_a_ledger_that_nobody_could_use_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=f"^ledger: .*{words}"):
        planned(lambda: with_network(replace(LEDGER, **change), "router"))
