package lockgate.rules.routing.rou_005_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_005

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_005.findings) with input as fixture.plan(resources)
}

_routes(changes) := json.marshal(object.union(json.unmarshal(stack.routes), changes))

test_passes_for_the_charters_routes if _judged(stack.stack) == {["router", "pass"], ["guard", "pass"]}

test_passes_for_an_unrelated_function_on_events if {
	plan := stack.set_in("guard", {"buildConfig": {"source": {"storageSource": {"object": "other.zip"}}}})
	changed := [resource | some one in plan; resource := _silent(one)]
	["guard", "pass"] in _judged(changed)
}

_silent(resource) := object.union(object.remove(resource, ["inputs"]), {"inputs": json.remove(
	resource.inputs,
	["/serviceConfig/environmentVariables/ROUTES"],
)}) if {
	resource.name == "guard"
} else := resource

test_fails_for_a_guard_of_the_same_archive_without_routes if {
	["guard", "fail"] in _judged(stack.unset_in("guard", ["/serviceConfig/environmentVariables/ROUTES"]))
}

test_fails_for_a_function_over_http_without_routes if {
	["router", "fail"] in _judged(stack.unset_in("router", ["/serviceConfig/environmentVariables/ROUTES"]))
}

test_fails_when_one_tier_differs if {
	["router", "fail"] in _judged(stack.variable("ROUTES", _routes({"high": {"action": "automatic"}})))
}

test_fails_when_the_routes_are_no_object if ["router", "fail"] in _judged(stack.variable("ROUTES", "[]"))

test_fails_when_old_revisions_answer if {
	["router", "fail"] in _judged(stack.set_in("router", {"serviceConfig": {"allTrafficOnLatestRevision": false}}))
}

test_fails_when_a_service_keeps_an_old_revision if {
	service := stack.service("v2", [{"name": "ROUTES", "value": stack.routes}])
	pinned := object.union(service, {"inputs": {"traffics": [{"type": "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"}]}})
	_judged([pinned]) == {["service", "fail"]}
}

test_undetermined_when_unknown if ["router", "undetermined"] in _judged(stack.variable("ROUTES", fixture.unknown))
