package lockgate.rules.finance.fin_008_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_008

_topic := fixture.resource("gcp:pubsub/topic:Topic", "topic", {"name": "alerts"})

_budget := fixture.taking(
	fixture.budget({"allUpdatesRule": {"pubsubTopic": fixture.unknown}}),
	"allUpdatesRule", _topic,
)

_judged(resources) := statuses if {
	statuses := fixture.statuses(fin_008.findings) with input as fixture.plan(resources)
}

test_passes_with_a_topic_of_the_stack if _judged([_topic, _budget]) == {["b", "pass"]}

test_passes_with_a_topic_by_its_name if {
	_judged([_topic, fixture.budget({"allUpdatesRule": {"pubsubTopic": "projects/p/topics/alerts"}})]) == {["b", "pass"]}
}

test_passes_with_a_topic_that_google_will_name if {
	unnamed := fixture.resource("gcp:pubsub/topic:Topic", "topic", {})
	_judged([unnamed, _budget]) == {["b", "pass"]}
}

test_fails_without_a_topic if _judged([_topic, fixture.budget({"allUpdatesRule": {}})]) == {["b", "fail"]}

test_fails_without_any_notification if _judged([_topic, fixture.budget({})]) == {["b", "fail"]}

test_undetermined_with_a_topic_of_another_stack if {
	_judged([_topic, fixture.budget({"allUpdatesRule": {"pubsubTopic": "projects/p/topics/other"}})]) == {["b", "undetermined"]}
}

test_undetermined_when_the_topic_is_unknown if {
	_judged([_topic, fixture.budget({"allUpdatesRule": {"pubsubTopic": fixture.unknown}})]) == {["b", "undetermined"]}
}
