package lockgate.rules.routing.rou_004_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_004

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_004.findings) with input as fixture.plan(resources)
}

test_passes_when_a_router_carries_the_routes if _judged(stack.stack) == {["", "pass"]}

test_passes_for_a_service_of_cloud_run if {
	_judged([stack.service("v2", [{"name": "ROUTES", "value": stack.routes}])]) == {["", "pass"]}
}

test_passes_for_a_service_of_the_older_api if {
	_judged([stack.service("v1", [{"name": "ROUTES", "value": stack.routes}])]) == {["", "pass"]}
}

test_passes_for_routes_older_than_the_newest_keys if {
	newer := {"formatter": null, "check": null, "next_models": [], "over_budget": null}
	charter := fixture.chartered({"routing": {"high": newer, "medium": newer, "low": newer}})
	statuses := fixture.statuses(rou_004.findings) with input as fixture.judged(stack.stack, charter)
	statuses == {["", "pass"]}
}

test_fails_when_the_charter_has_a_formatter_more if {
	charter := fixture.chartered({"routing": {"low": {"formatter": "gemini-3.8-flash"}}})
	statuses := fixture.statuses(rou_004.findings) with input as fixture.judged(stack.stack, charter)
	statuses == {["", "fail"]}
}

test_fails_when_the_routes_are_no_routes if {
	_judged(stack.variable("ROUTES", "[]")) == {["", "fail"]}
	_judged(stack.variable("ROUTES", `{"high": null}`)) == {["", "fail"]}
}

test_fails_without_a_router if _judged(stack.without("router")) == {["", "fail"]}

test_fails_when_the_router_carries_no_routes if {
	_judged(stack.unset_in("router", ["/serviceConfig/environmentVariables/ROUTES"])) == {["", "fail"]}
}

test_fails_when_the_routes_differ if _judged(stack.variable("ROUTES", "{}")) == {["", "fail"]}

test_fails_when_the_routes_are_no_json if _judged(stack.variable("ROUTES", "high: manual")) == {["", "fail"]}

test_fails_for_a_service_without_the_variable if _judged([stack.service("v2", [])]) == {["", "fail"]}

test_undetermined_when_the_routes_are_unknown if {
	_judged(stack.variable("ROUTES", fixture.unknown)) == {["", "undetermined"]}
}

test_undetermined_when_all_variables_are_unknown if {
	patch := [{"op": "replace", "path": "/inputs/serviceConfig/environmentVariables", "value": fixture.unknown}]
	_judged([json.patch(stack.router, patch)]) == {["", "undetermined"]}
}

test_undetermined_when_a_container_is_unknown if {
	service := object.union(stack.service("v2", []), {"inputs": {"template": {"containers": fixture.unknown}}})
	_judged([service]) == {["", "undetermined"]}
}
