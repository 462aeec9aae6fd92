package lockgate.rules.routing.rou_008_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_008

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_008.findings) with input as fixture.plan(resources)
}

_with(settings) := _judged(stack.set_in("router", {"serviceConfig": settings}))

test_passes_within_the_bounds if _judged(stack.stack) == {["router", "pass"], ["guard", "pass"]}

test_passes_for_services if {
	_judged([stack.service("v2", [])]) == {["service", "pass"]}
	_judged([stack.service("v1", [])]) == {["service", "pass"]}
}

test_passes_without_what_google_makes_small if {
	plan := stack.unset_in("router", [
		"/serviceConfig/maxInstanceRequestConcurrency",
		"/serviceConfig/minInstanceCount",
		"/serviceConfig/availableMemory",
		"/serviceConfig/availableCpu",
	])
	["router", "pass"] in _judged(plan)
}

test_fails_with_more_instances if ["router", "fail"] in _with({"maxInstanceCount": 11})

test_fails_without_a_bound if ["router", "fail"] in _judged(stack.unset_in("router", ["/serviceConfig/maxInstanceCount"]))

test_fails_with_no_instance if ["router", "fail"] in _with({"maxInstanceCount": 0})

test_fails_with_more_requests if ["router", "fail"] in _with({"maxInstanceRequestConcurrency": 41})

test_fails_with_idle_instances if ["router", "fail"] in _with({"minInstanceCount": 2})

test_fails_with_more_memory if ["router", "fail"] in _with({"availableMemory": "1Gi"})

test_fails_with_memory_that_is_no_amount if ["router", "fail"] in _with({"availableMemory": "much"})

test_fails_with_more_cpus if ["router", "fail"] in _with({"availableCpu": "4"})

test_undetermined_when_unknown if ["router", "undetermined"] in _with({"maxInstanceCount": fixture.unknown})

test_undetermined_when_the_memory_is_unknown if ["router", "undetermined"] in _with({"availableMemory": fixture.unknown})
