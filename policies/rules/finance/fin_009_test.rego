package lockgate.rules.finance.fin_009_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_009

_topic := fixture.resource("gcp:pubsub/topic:Topic", "topic", {"name": "alerts"})

_budget := fixture.taking(
	fixture.budget({"allUpdatesRule": {"pubsubTopic": fixture.unknown}}),
	"allUpdatesRule", _topic,
)

_publisher := "serviceAccount:billing-budget-alert@system.gserviceaccount.com"

_grant(inputs) := fixture.resource(
	"gcp:pubsub/topicIAMMember:TopicIAMMember", "grant",
	object.union({"topic": "alerts", "role": "roles/pubsub.publisher", "member": _publisher}, inputs),
)

_judged(resources) := statuses if {
	statuses := fixture.statuses(fin_009.findings) with input as fixture.plan(array.concat([_topic, _budget], resources))
}

test_passes_with_a_grant if _judged([_grant({})]) == {["b", "pass"]}

test_passes_with_a_binding if {
	inputs := {"topic": "alerts", "role": "roles/pubsub.publisher", "members": [_publisher]}
	_judged([fixture.resource("gcp:pubsub/topicIAMBinding:TopicIAMBinding", "binding", inputs)]) == {["b", "pass"]}
}

test_passes_with_a_grant_by_reference if {
	_judged([fixture.taking(_grant({"topic": fixture.unknown}), "topic", _topic)]) == {["b", "pass"]}
}

test_passes_with_an_empty_condition if _judged([_grant({"condition": {}})]) == {["b", "pass"]}

test_fails_without_a_grant if _judged([]) == {["b", "fail"]}

test_fails_with_a_grant_to_another if _judged([_grant({"member": "serviceAccount:x@p.iam.gserviceaccount.com"})]) == {["b", "fail"]}

test_fails_with_another_role if _judged([_grant({"role": "roles/pubsub.viewer"})]) == {["b", "fail"]}

test_fails_on_another_topic if _judged([_grant({"topic": "other"})]) == {["b", "fail"]}

test_fails_with_a_condition if _judged([_grant({"condition": {"expression": "false"}})]) == {["b", "fail"]}

test_undetermined_when_the_topic_is_unknown if _judged([_grant({"topic": fixture.unknown})]) == {["b", "undetermined"]}

test_undetermined_when_the_member_is_unknown if _judged([_grant({"member": fixture.unknown})]) == {["b", "undetermined"]}

test_skipped_without_a_topic_of_the_stack if {
	statuses := fixture.statuses(fin_009.findings) with input as fixture.plan([fixture.budget({})])
	statuses == {["b", "skipped"]}
}
