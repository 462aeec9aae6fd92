package lockgate.rules.finance.fin_011_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_011

_topic := fixture.resource("gcp:pubsub/topic:Topic", "topic", {"name": "alerts"})

_budget := fixture.taking(
	fixture.budget({"allUpdatesRule": {"pubsubTopic": fixture.unknown}}),
	"allUpdatesRule", _topic,
)

_function(inputs) := fixture.resource("gcp:cloudfunctionsv2/function:Function", "guard", inputs)

_judged(resources) := statuses if {
	statuses := fixture.statuses(fin_011.findings) with input as fixture.plan(array.concat([_topic, _budget], resources))
}

test_passes_with_a_function if _judged([_function({"eventTrigger": {"pubsubTopic": "projects/p/topics/alerts"}})]) == {["b", "pass"]}

test_passes_with_a_function_by_reference if {
	reader := fixture.taking(_function({"eventTrigger": {"pubsubTopic": fixture.unknown}}), "eventTrigger", _topic)
	_judged([reader]) == {["b", "pass"]}
}

test_passes_with_a_subscription if {
	_judged([fixture.resource("gcp:pubsub/subscription:Subscription", "s", {"topic": "alerts"})]) == {["b", "pass"]}
}

test_passes_with_a_trigger if {
	trigger := fixture.resource("gcp:eventarc/trigger:Trigger", "t", {"transport": {"pubsub": {"topic": "alerts"}}})
	_judged([trigger]) == {["b", "pass"]}
}

test_fails_without_a_reader if _judged([]) == {["b", "fail"]}

test_fails_when_another_topic_is_read if _judged([_function({"eventTrigger": {"pubsubTopic": "other"}})]) == {["b", "fail"]}

test_fails_when_a_function_has_no_trigger if _judged([_function({"eventTrigger": {}})]) == {["b", "fail"]}

test_undetermined_when_what_is_read_is_unknown if {
	_judged([_function({"eventTrigger": {"pubsubTopic": fixture.unknown}})]) == {["b", "undetermined"]}
}

test_skipped_without_a_topic_of_the_stack if {
	statuses := fixture.statuses(fin_011.findings) with input as fixture.plan([fixture.budget({})])
	statuses == {["b", "skipped"]}
}
