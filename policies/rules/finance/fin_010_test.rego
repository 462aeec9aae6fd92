package lockgate.rules.finance.fin_010_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_010

_topic := fixture.resource("gcp:pubsub/topic:Topic", "topic", {"name": "alerts"})

_budget := fixture.taking(
	fixture.budget({"allUpdatesRule": {"pubsubTopic": fixture.unknown}}),
	"allUpdatesRule", _topic,
)

_publisher := "serviceAccount:billing-budget-alert@system.gserviceaccount.com"

_binding(inputs) := fixture.resource(
	"gcp:pubsub/topicIAMBinding:TopicIAMBinding", "grant",
	object.union({"topic": "alerts", "role": "roles/pubsub.publisher", "members": [_publisher]}, inputs),
)

_member(inputs) := fixture.resource(
	"gcp:pubsub/topicIAMMember:TopicIAMMember", "grant",
	object.union({"topic": "alerts", "role": "roles/pubsub.publisher", "member": _publisher}, inputs),
)

_policy := fixture.resource("gcp:pubsub/topicIAMPolicy:TopicIAMPolicy", "grant", {"topic": "alerts", "policyData": "{}"})

_judged(grant) := statuses if {
	statuses := fixture.statuses(fin_010.findings) with input as fixture.plan([_topic, _budget, grant])
}

test_passes_for_the_budget_service if {
	_judged(_member({})) == {["grant", "pass"]}
	_judged(_binding({})) == {["grant", "pass"]}
}

test_passes_for_a_reader if _judged(_member({"role": "roles/pubsub.subscriber", "member": "user:a@example.com"})) == {["grant", "pass"]}

test_skipped_on_another_topic if _judged(_member({"topic": "other", "member": "allUsers"})) == {["grant", "skipped"]}

test_fails_for_anybody if _judged(_member({"member": "allUsers"})) == {["grant", "fail"]}

test_fails_for_an_administrator if {
	_judged(_member({"role": "roles/pubsub.admin", "member": "group:a@example.com"})) == {["grant", "fail"]}
}

test_fails_for_one_more_in_a_binding if _judged(_binding({"members": [_publisher, "allUsers"]})) == {["grant", "fail"]}

test_fails_for_a_policy_that_replaces_all_grants if _judged(_policy) == {["grant", "fail"]}

test_undetermined_when_the_topic_is_unknown if {
	_judged(_member({"topic": fixture.unknown, "member": "allUsers"})) == {["grant", "fail"]}
	_judged(_member({"topic": fixture.unknown})) == {["grant", "undetermined"]}
}

test_undetermined_when_the_members_are_unknown if _judged(_binding({"members": fixture.unknown})) == {["grant", "undetermined"]}
