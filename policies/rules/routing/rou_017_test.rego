package lockgate.rules.routing.rou_017_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_017

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_017.findings) with input as fixture.plan(resources)
}

_known(urls) := _judged(stack.variable("DEPLOYED_URLS", json.marshal(urls)))

# The router without what it takes from other resources.
_alone(variables) := _judged([object.union(
	object.remove(stack.router, ["propertyDependencies"]),
	{"propertyDependencies": {}, "inputs": {"serviceConfig": {"environmentVariables": variables}}},
)])

test_passes_when_screened_and_pointed_at_google if _judged(stack.stack) == {["router", "pass"], ["guard", "pass"]}

test_passes_when_the_template_is_taken_from_the_plan if {
	template := fixture.resource("gcp:modelarmor/template:Template", "t", {})
	deps := [template.urn, stack.deployment.urn]
	router := object.union(stack.router, {
		"propertyDependencies": {"serviceConfig": deps},
		"inputs": {"serviceConfig": {"environmentVariables": {"MODEL_ARMOR_TEMPLATE": fixture.unknown}}},
	})
	["router", "pass"] in _judged(array.concat(stack.replaced("router", router), [template]))
}

test_passes_for_a_known_address if ["router", "pass"] in _known({"gemma-3-12b-it": "https://10.20.0.7/v1/e"})

test_passes_for_another_host_of_google if {
	["router", "pass"] in _judged(stack.variable("VERTEX_URL", "https://europe-west4-aiplatform.googleapis.com"))
}

test_passes_without_models_on_gpus if {
	charter := fixture.chartered({"routing": {"medium": {"checker": "gemini-3.8-flash"}}})
	statuses := fixture.statuses(rou_017.findings) with input as fixture.judged(
		stack.unset_in("router", ["/serviceConfig/environmentVariables/DEPLOYED_URLS"]),
		charter,
	)
	["router", "pass"] in statuses
}

test_fails_without_a_template if {
	["router", "fail"] in _judged(stack.unset_in("router", ["/serviceConfig/environmentVariables/MODEL_ARMOR_TEMPLATE"]))
}

test_fails_without_an_address if {
	["router", "fail"] in _judged(stack.unset_in("router", ["/serviceConfig/environmentVariables/DEPLOYED_URLS"]))
}

test_fails_when_the_address_of_a_model_is_missing if ["router", "fail"] in _known({"other": "https://10.20.0.7/v1/e"})

test_fails_without_the_address_of_the_model_that_stands_in if {
	routing := {"medium": {"checker": "gemini-3.8-flash"}, "low": {"next_models": ["gemma-3-12b-it"]}}
	statuses := fixture.statuses(rou_017.findings) with input as fixture.judged(
		stack.unset_in("router", ["/serviceConfig/environmentVariables/DEPLOYED_URLS"]),
		fixture.chartered({"routing": routing}),
	)
	["router", "fail"] in statuses
}

test_fails_when_pointed_elsewhere if {
	["router", "fail"] in _judged(stack.variable("VERTEX_URL", "https://aiplatform.googleapis.com.example.com"))
}

test_fails_for_a_service_pointed_elsewhere if {
	service := stack.service("v2", [{"name": "PROXY", "value": "http://proxy.example.com"}])
	_judged([service]) == {["service", "fail"]}
}

test_undetermined_when_the_template_is_unknown if {
	["router", "undetermined"] in _alone({
		"MODEL_ARMOR_TEMPLATE": fixture.unknown,
		"DEPLOYED_URLS": `{"gemma-3-12b-it": "https://10.20.0.7"}`,
	})
}

test_undetermined_when_the_address_is_unknown if ["router", "undetermined"] in _alone({"DEPLOYED_URLS": fixture.unknown})
