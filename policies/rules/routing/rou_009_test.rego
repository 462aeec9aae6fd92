package lockgate.rules.routing.rou_009_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_009

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_009.findings) with input as fixture.plan(resources)
}

_with(timeout) := _judged(stack.set_in("router", {"serviceConfig": {"timeoutSeconds": timeout}}))

test_passes_above_the_slowest_route if _judged(stack.stack) == {["router", "pass"], ["guard", "pass"]}

test_passes_for_services if {
	_judged([stack.service("v2", [])]) == {["service", "pass"]}
	_judged([stack.service("v1", [])]) == {["service", "pass"]}
}

test_passes_with_googles_minute if ["router", "pass"] in _judged(stack.unset_in("router", ["/serviceConfig/timeoutSeconds"]))

test_counts_the_formatter if {
	charter := fixture.chartered({"routing": {"medium": {"formatter": "gemini-3.8-flash"}}})
	short := fixture.statuses(rou_009.findings) with input as fixture.judged(stack.stack, charter)
	["router", "fail"] in short
	long := stack.set_in("router", {"serviceConfig": {"timeoutSeconds": 61}})
	enough := fixture.statuses(rou_009.findings) with input as fixture.judged(long, charter)
	["router", "pass"] in enough
}

test_fails_when_a_case_is_cut_off if ["router", "fail"] in _with(40)

test_fails_when_much_longer if ["router", "fail"] in _with(101)

test_fails_for_a_trigger_when_much_longer if {
	["guard", "fail"] in _judged(stack.set_in("guard", {"serviceConfig": {"timeoutSeconds": 540}}))
}

test_undetermined_when_unknown if ["router", "undetermined"] in _with(fixture.unknown)
