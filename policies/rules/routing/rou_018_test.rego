package lockgate.rules.routing.rou_018_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_018

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_018.findings) with input as fixture.plan(resources)
}

test_passes_within_the_residency if {
	names := {"router", "guard", "heartbeat", "images", "source", "state", "switch", "caller", "invokes-router", "invokes-guard"}
	_judged(stack.stack) == {[name, "pass"] | some name in names}
}

test_passes_for_a_grant_without_a_location if ["caller", "pass"] in _judged(stack.unset_in("caller", ["/location"]))

test_fails_elsewhere if {
	["router", "fail"] in _judged(stack.set_in("router", {"location": "us-central1"}))
	["state", "fail"] in _judged(stack.set_in("state", {"location": "EU"}))
	["heartbeat", "fail"] in _judged(stack.set_in("heartbeat", {"region": "europe-west1"}))
}

test_fails_without_a_location if ["state", "fail"] in _judged(stack.unset_in("state", ["/location"]))

test_fails_in_another_project if ["router", "fail"] in _judged(stack.set_in("router", {"project": "elsewhere"}))

test_undetermined_when_unknown if {
	["router", "undetermined"] in _judged(stack.set_in("router", {"location": fixture.unknown}))
}
