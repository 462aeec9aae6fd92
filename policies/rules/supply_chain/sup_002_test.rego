package lockgate.rules.supply_chain.sup_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.supply_chain.sup_002

_judged(inputs) := statuses if {
	service := fixture.resource("gcp:projects/service:Service", "s", inputs)
	statuses := fixture.statuses(sup_002.findings) with input as fixture.plan([service])
}

_pubsub := {"service": "pubsub.googleapis.com", "disableOnDestroy": false}

test_passes if _judged(_pubsub) == {["s", "pass"]}

test_fails_when_nothing_is_said_of_destroy if _judged({"service": "iam.googleapis.com"}) == {["s", "fail"]}

test_fails_when_it_is_disabled_on_destroy if {
	_judged(object.union(_pubsub, {"disableOnDestroy": true})) == {["s", "fail"]}
}

test_fails_when_dependents_are_disabled_too if {
	_judged(object.union(_pubsub, {"disableDependentServices": true})) == {["s", "fail"]}
}

test_fails_for_a_way_around_the_guardrails if {
	_judged({"service": "generativelanguage.googleapis.com"}) == {["s", "fail"]}
}

test_undetermined_when_unknown if _judged(object.union(_pubsub, {"disableOnDestroy": fixture.unknown})) == {["s", "undetermined"]}
