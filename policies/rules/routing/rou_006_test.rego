package lockgate.rules.routing.rou_006_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_006

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_006.findings) with input as fixture.plan(resources)
}

test_passes_for_internal_ingress if _judged(stack.stack) == {["router", "pass"], ["guard", "pass"]}

test_passes_for_services if {
	_judged([stack.service("v2", [])]) == {["service", "pass"]}
	_judged([stack.service("v1", [])]) == {["service", "pass"]}
}

test_fails_when_open if {
	["router", "fail"] in _judged(stack.set_in("router", {"serviceConfig": {"ingressSettings": "ALLOW_ALL"}}))
}

test_fails_without_a_value if {
	["router", "fail"] in _judged(stack.unset_in("router", ["/serviceConfig/ingressSettings"]))
}

test_fails_when_iam_is_not_asked if {
	service := object.union(stack.service("v2", []), {"inputs": {"invokerIamDisabled": true}})
	_judged([service]) == {["service", "fail"]}
}

test_fails_for_a_function_of_the_first_generation if {
	function := fixture.resource("gcp:cloudfunctions/function:Function", "old", {"ingressSettings": "ALLOW_ALL"})
	_judged([function]) == {["old", "fail"]}
}

test_undetermined_when_unknown if {
	plan := stack.set_in("router", {"serviceConfig": {"ingressSettings": fixture.unknown}})
	["router", "undetermined"] in _judged(plan)
}
