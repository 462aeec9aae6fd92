"""The mapping: templates, bodies, references, and that nothing is ever dropped silently."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lockgate.plan.model import Plan
from lockgate.rehearsal import references, rehearse
from lockgate.rehearsal.mapping import body, load, template
from lockgate.rehearsal.mapping.model import call
from lockgate.rehearsal.references import Ambiguous, Choice
from tests.rehearsal.conftest import STACKS, plan_of, resource, urn

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
UNKNOWN = {"$unknown": True}
KEY = "gcp:kms/cryptoKey:CryptoKey"
GRANT = "gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding"
TOPIC = "gcp:pubsub/topic:Topic"


def built(type_: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return body.build(load.entries()[type_], inputs, body.Setting(NOW, **more))


class TestTemplates:
    @pytest.mark.parametrize(
        ("text", "values", "expected"),
        [
            (
                "v1/projects/{project}/topics/{name}",
                {"project": "p", "name": "a/b c"},
                "v1/projects/p/topics/a%2Fb%20c",
            ),
            ("v1/{+parent}/x", {"parent": "projects/p/locations/l"}, "v1/projects/p/locations/l/x"),
            ("{metric%}", {"metric": "a%2Fb"}, "a%2Fb"),
            ("b/{bucket.last}", {"bucket": "projects/p/buckets/b"}, "b/b"),
            ("{answer.a.b}", {"answer": {"a": {"b": 7}}}, "7"),
            ("{force}", {"force": True}, "true"),
            ("{name}", {"name": "*.example.com."}, "%2A.example.com."),
        ],
    )
    def test_slots_are_filled(self, text: str, values: dict[str, Any], expected: str) -> None:
        assert template.expand(text, values) == expected

    def test_a_missing_value_is_named(self) -> None:
        with pytest.raises(template.Missing, match="name"):
            template.expand("v1/{name}", {})

    def test_an_optional_value_may_be_missing(self) -> None:
        assert template.expand("{force?}", {}) is None
        parsed = body.parsed("POST v1/things?id={id}&force={force?}", {"id": "a b"})
        assert (parsed.method, parsed.path, parsed.query) == ("POST", "v1/things", {"id": "a b"})

    def test_a_call_is_read_from_text(self) -> None:
        assert call("GET v1/{name}?view=FULL").query == {"view": "FULL"}


class TestBodies:
    def test_names_are_those_of_the_api(self) -> None:
        sent = built(
            "gcp:compute/firewall:Firewall",
            {
                "name": "deny",
                "project": "p",
                "network": "projects/p/global/networks/n",
                "allows": [{"protocol": "tcp", "ports": ["443"]}],
                "logConfig": {"metadata": "INCLUDE_ALL_METADATA"},
            },
        )
        assert sent["allowed"] == [{"IPProtocol": "tcp", "ports": ["443"]}]
        assert sent["logConfig"] == {"enable": True, "metadata": "INCLUDE_ALL_METADATA"}
        assert "project" not in sent

    def test_flat_inputs_become_objects(self) -> None:
        sent = built(
            "gcp:storage/bucket:Bucket",
            {"name": "b", "uniformBucketLevelAccess": True, "publicAccessPrevention": "enforced", "forceDestroy": True},
        )
        assert sent["iamConfiguration"] == {
            "uniformBucketLevelAccess": {"enabled": True},
            "publicAccessPrevention": "enforced",
        }
        assert "forceDestroy" not in sent

    def test_text_that_holds_json_is_spread(self) -> None:
        sent = built("gcp:monitoring/dashboard:Dashboard", {"dashboardJson": '{"displayName": "d"}'})
        assert sent == {"displayName": "d"}
        with pytest.raises(body.Unplaced, match="JSON"):
            built("gcp:monitoring/dashboard:Dashboard", {"dashboardJson": "{"})

    def test_a_flag_becomes_an_empty_message(self) -> None:
        config = {"primitiveTransformation": {"replaceWithInfoTypeConfig": True}}
        sent = built(
            "gcp:dataloss/preventionDeidentifyTemplate:PreventionDeidentifyTemplate",
            {"parent": "projects/p", "deidentifyConfig": {"infoTypeTransformations": {"transformations": [config]}}},
        )
        (turned,) = sent["deidentifyConfig"]["infoTypeTransformations"]["transformations"]
        assert turned["primitiveTransformation"] == {"replaceWithInfoTypeConfig": {}}

    def test_days_become_a_duration(self) -> None:
        sent = built("gcp:monitoring/slo:Slo", {"service": "s", "rollingPeriodDays": 28})
        assert sent["rollingPeriod"] == "2419200s"

    def test_a_rotation_begins_after_its_period(self) -> None:
        sent = built(KEY, {"name": "k", "keyRing": "projects/p/locations/l/keyRings/r", "rotationPeriod": "86400s"})
        assert sent["nextRotationTime"] == "2026-11-23T12:00:00Z"

    def test_default_labels_are_added_and_yield_to_the_program(self) -> None:
        sent = built(TOPIC, {"name": "t", "labels": {"owner": "b"}}, labels={"owner": "a", "use_case": "c"})
        assert sent["labels"] == {"owner": "b", "use_case": "c"}

    def test_a_network_is_named_by_the_projects_number(self) -> None:
        sent = built(
            "gcp:servicenetworking/connection:Connection",
            {"service": "s", "network": "projects/p/global/networks/n", "reservedPeeringRanges": ["r"]},
            numbers={"p": "7"},
        )
        assert sent["network"] == "projects/7/global/networks/n"

    def test_an_input_without_a_place_is_an_error(self) -> None:
        with pytest.raises(body.Unplaced, match="'brandNew'"):
            built(TOPIC, {"name": "t", "brandNew": 1})

    @pytest.mark.parametrize("stack", STACKS)
    def test_every_input_of_the_reference_stacks_arrives(self, stack: str, recorded: Callable[[str], Plan]) -> None:
        """Each scalar of the inputs is in the body or in a path, or is for the engine alone."""
        plan = recorded(stack)
        for one in plan.resources:
            entry = load.entries().get(one.type)
            if entry is None or entry.policy is not None:
                continue
            sent = body.build(entry, one.inputs, body.Setting(NOW))
            texts = f"{sent} {body.wrapped(entry, sent, {'project': 'p', **one.inputs})}"
            for key, value in one.inputs.items():
                if key in entry.engine or key in template.names(f"{entry.name} {entry.create} {entry.delete}"):
                    continue
                for scalar in scalars(value):
                    assert str(scalar) in texts or key == "dashboardJson", f"{one.urn}: {key}: {scalar}"


def scalars(value: Any) -> list[Any]:
    if value in (UNKNOWN, True, False) or value == "" or value is None:
        return []
    if isinstance(value, dict):
        return [] if "$asset" in value else [one for item in value.values() for one in scalars(item)]
    if isinstance(value, list):
        return [one for item in value for one in scalars(item)]
    return [28 * 86400] if value == 28 else [repr(value).strip("'") if isinstance(value, str) else value]


class TestReferences:
    def choices(self, one: Any, *others: Any) -> list[Choice]:
        entries = load.entries()
        by_urn = {
            other.urn: references.Other(other.type, entries.get(other.type), other.inputs) for other in (one, *others)
        }
        return references.choices(one, entries[one.type], by_urn)

    def test_the_key_says_which_resource_and_the_mapping_which_output(self) -> None:
        key, grant = resource(KEY, "k"), resource(GRANT, "g")
        topic = resource(TOPIC, "t", {"kmsKeyName": UNKNOWN}, made_from={"kmsKeyName": [grant.urn, key.urn]})
        assert self.choices(topic, key, grant) == [Choice(("kmsKeyName",), (key.urn,), "id")]

    def test_two_that_fit_are_one_too_many(self) -> None:
        keys = [resource(KEY, "a"), resource(KEY, "b")]
        topic = resource(TOPIC, "t", {"kmsKeyName": UNKNOWN}, made_from={"kmsKeyName": [one.urn for one in keys]})
        with pytest.raises(Ambiguous, match=r"kmsKeyName holds 1 unknown value.* could take any of: a, b"):
            self.choices(topic, *keys)

    def test_none_that_fits_is_said_with_the_types(self) -> None:
        other = resource(TOPIC, "other")
        topic = resource(TOPIC, "t", {"kmsKeyName": UNKNOWN}, made_from={"kmsKeyName": [other.urn]})
        with pytest.raises(Ambiguous, match="does not say what of gcp:pubsub/topic:Topic it takes"):
            self.choices(topic, other)

    def test_an_unknown_from_nowhere_is_said(self) -> None:
        with pytest.raises(Ambiguous, match="does not say what it is made from"):
            self.choices(resource(TOPIC, "t", {"kmsKeyName": UNKNOWN}))

    @pytest.mark.parametrize("api", ["storage", "bigquery", "logging"])
    def test_an_agent_that_an_invoke_asks_for_is_asked_of_its_own_service(self, api: str) -> None:
        enabled = resource("gcp:projects/service:Service", "s", {"service": f"{api}.googleapis.com"})
        grant = resource(GRANT, "g", {"members": [UNKNOWN]}, made_from={"members": [enabled.urn]})
        (choice,) = self.choices(grant, enabled)
        assert choice.lookup is not None
        assert choice.lookup.service == api

    def test_an_agent_of_another_service_is_not_guessed(self) -> None:
        enabled = resource("gcp:projects/service:Service", "s", {"service": "run.googleapis.com"})
        grant = resource(GRANT, "g", {"members": [UNKNOWN]}, made_from={"members": [enabled.urn]})
        with pytest.raises(Ambiguous, match="members"):
            self.choices(grant, enabled)

    def test_the_elements_of_a_list_take_one_each(self) -> None:
        type_ = "gcp:monitoring/notificationChannel:NotificationChannel"
        channels = [resource(type_, "a"), resource(type_, "b")]
        policy = resource(
            "gcp:monitoring/alertPolicy:AlertPolicy",
            "p",
            {"notificationChannels": [UNKNOWN, UNKNOWN]},
            made_from={"notificationChannels": [one.urn for one in channels]},
        )
        found = self.choices(policy, *channels)
        assert [choice.urns for choice in found] == [(urn(type_, "a"),), (urn(type_, "b"),)]

    def test_the_programs_own_text_is_made_from_what_no_other_key_takes(self) -> None:
        network, template_ = (
            resource("gcp:compute/network:Network", "n"),
            resource("gcp:modelarmor/template:Template", "t"),
        )
        function = resource(
            "gcp:cloudfunctionsv2/function:Function",
            "f",
            {
                "serviceConfig": {
                    "environmentVariables": {"TEMPLATE": UNKNOWN},
                    "directVpcNetworkInterfaces": [{"network": UNKNOWN}],
                }
            },
            made_from={"serviceConfig": [network.urn, template_.urn]},
        )
        found = {references.dotted(choice.path): choice.urns for choice in self.choices(function, network, template_)}
        assert found == {
            "serviceConfig.directVpcNetworkInterfaces[].network": (network.urn,),
            "serviceConfig.environmentVariables.TEMPLATE": (template_.urn,),
        }

    def test_values_are_put_in_place_and_secrets_are_not_sent(self) -> None:
        inputs = {"a": [{"b": UNKNOWN}], "password": {"$secret": True}}
        filled = references.fill(inputs, {("a", 0, "b"): "x"})
        assert filled == {"a": [{"b": "x"}], "password": references.PLACEHOLDER}
        assert inputs["a"] == [{"b": UNKNOWN}]


class TestPrepare:
    def test_a_type_without_a_mapping_is_named_with_its_urn(self) -> None:
        prepared = rehearse.prepare(plan_of(resource("gcp:redis/cluster:Cluster", "c", source="infra/c.py:7")))
        (failure,) = prepared.failures
        assert failure.phase == "plan"
        assert failure.urn == urn("gcp:redis/cluster:Cluster", "c")
        assert failure.source == "infra/c.py:7"
        assert "no mapping for gcp:redis/cluster:Cluster" in failure.message

    def test_an_input_without_a_place_is_named_with_its_urn(self) -> None:
        (failure,) = rehearse.prepare(plan_of(resource(TOPIC, "t", {"name": "t", "brandNew": 1}))).failures
        assert (failure.urn, "brandNew" in failure.message) == (urn(TOPIC, "t"), True)

    def test_what_another_provider_makes_is_no_exception(self) -> None:
        (failure,) = rehearse.prepare(plan_of(resource("aws:s3/bucket:Bucket", "b"))).failures
        assert "no mapping for aws:s3/bucket:Bucket" in failure.message

    @pytest.mark.parametrize("stack", STACKS)
    def test_the_reference_stacks_are_ready(self, stack: str, recorded: Callable[[str], Plan]) -> None:
        prepared = rehearse.prepare(recorded(stack))
        assert prepared.failures == []
        assert {one.type for one in prepared.resources.values()} <= set(load.entries())


@pytest.mark.parametrize("type_", sorted(load.entries()))
def test_an_entry_is_complete(type_: str) -> None:
    entry = load.entries()[type_]
    assert entry.policy is not None or entry.create is not None
    # What cannot be changed, read or deleted says why.
    assert entry.policy is not None or (entry.change is not None) != (entry.unchangeable is not None)
    assert entry.delete != "none" or entry.survives
    assert set(entry.fits.values()) <= set(entry.outputs)
