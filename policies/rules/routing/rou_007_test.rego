package lockgate.rules.routing.rou_007_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_007

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_007.findings) with input as fixture.plan(resources)
}

_interfaces(interfaces) := stack.set_in("router", {"serviceConfig": {"directVpcNetworkInterfaces": interfaces}})

# The router without what it takes from other resources.
_alone(inputs) := [object.union(
	object.remove(stack.router, ["propertyDependencies"]),
	{"propertyDependencies": {}, "inputs": {"serviceConfig": inputs}},
)]

test_passes_through_the_network_of_the_plan if _judged(stack.stack) == {["router", "pass"], ["guard", "pass"]}

test_passes_by_the_name_of_a_subnet if {
	plan := array.concat([stack.network], _alone({"directVpcNetworkInterfaces": [{"subnetwork": "regions/r/subnetworks/subnet"}]}))
	_judged(plan) == {["router", "pass"]}
}

test_passes_for_services if {
	_judged([stack.network, stack.service("v2", [])]) == {["service", "pass"]}
	_judged([stack.network, stack.service("v1", [])]) == {["service", "pass"]}
}

test_passes_through_a_connector_with_its_own_setting if {
	connector := fixture.resource("gcp:vpcaccess/connector:Connector", "connector", {"name": "connector"})
	plan := _alone({
		"directVpcNetworkInterfaces": [],
		"directVpcEgress": "VPC_EGRESS_PRIVATE_RANGES_ONLY",
		"vpcConnector": "connector",
		"vpcConnectorEgressSettings": "ALL_TRAFFIC",
	})
	_judged(array.concat([connector], plan)) == {["router", "pass"]}
}

test_fails_when_only_private_ranges_go_there if {
	plan := stack.set_in("router", {"serviceConfig": {"directVpcEgress": "VPC_EGRESS_PRIVATE_RANGES_ONLY"}})
	["router", "fail"] in _judged(plan)
}

test_fails_without_an_egress if ["router", "fail"] in _judged(stack.unset_in("router", ["/serviceConfig/directVpcEgress"]))

test_fails_without_a_network if {
	["router", "fail"] in _judged(stack.unset_in("router", ["/serviceConfig/directVpcNetworkInterfaces"]))
}

test_fails_with_no_interface if ["router", "fail"] in _judged(_interfaces([]))

test_fails_for_a_network_that_is_not_planned if {
	_judged(_alone({"directVpcNetworkInterfaces": [{"subnetwork": "regions/r/subnetworks/other"}]})) == {["router", "fail"]}
}

test_undetermined_for_an_unknown_network if {
	_judged(_alone({"directVpcNetworkInterfaces": [{"subnetwork": fixture.unknown}]})) == {["router", "undetermined"]}
}

test_undetermined_for_unknown_interfaces if {
	_judged(_alone({"directVpcNetworkInterfaces": fixture.unknown})) == {["router", "undetermined"]}
}
