package lockgate.rules.network.net_010_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_010

_judged(type, inputs) := statuses if {
	statuses := fixture.statuses(net_010.findings) with input as fixture.plan([fixture.resource(type, "f", inputs)])
}

_function(config) := _judged("gcp:cloudfunctionsv2/function:Function", {"serviceConfig": config})

_interface := [{"subnetwork": "projects/p/regions/europe-west4/subnetworks/claims"}]

_subnet := fixture.resource("gcp:compute/subnetwork:Subnetwork", "s", {"name": "claims"})

_taken := fixture.taking(
	fixture.resource("gcp:cloudfunctionsv2/function:Function", "f", {"serviceConfig": {
		"directVpcNetworkInterfaces": [{"subnetwork": fixture.unknown}],
		"directVpcEgress": "VPC_EGRESS_ALL_TRAFFIC",
	}}),
	"serviceConfig", _subnet,
)

test_passes_for_a_subnet_of_the_plan if {
	findings := net_010.findings with input as fixture.plan([_subnet, _taken])
	fixture.statuses(findings) == {["f", "pass"]}
}

test_undetermined_for_a_subnet_that_is_not_there if {
	findings := net_010.findings with input as fixture.plan([_taken])
	fixture.statuses(findings) == {["f", "undetermined"]}
}

test_passes_for_an_interface if {
	config := {"directVpcNetworkInterfaces": _interface, "directVpcEgress": "VPC_EGRESS_ALL_TRAFFIC"}
	_function(config) == {["f", "pass"]}
}

test_passes_for_a_connector if {
	_function({"vpcConnector": "c", "vpcConnectorEgressSettings": "ALL_TRAFFIC"}) == {["f", "pass"]}
}

test_passes_for_a_service if {
	access := {"networkInterfaces": _interface, "egress": "ALL_TRAFFIC"}
	_judged("gcp:cloudrunv2/service:Service", {"template": {"vpcAccess": access}}) == {["f", "pass"]}
}

test_passes_for_a_service_with_a_connector if {
	access := {"connector": "c", "egress": "ALL_TRAFFIC"}
	_judged("gcp:cloudrunv2/service:Service", {"template": {"vpcAccess": access}}) == {["f", "pass"]}
}

test_fails_for_an_interface_in_no_subnet if {
	_function({"directVpcNetworkInterfaces": [{}], "directVpcEgress": "VPC_EGRESS_ALL_TRAFFIC"}) == {["f", "fail"]}
}

test_fails_without_a_network if _function({}) == {["f", "fail"]}

test_fails_without_an_interface if {
	_function({"directVpcNetworkInterfaces": [], "directVpcEgress": "VPC_EGRESS_ALL_TRAFFIC"}) == {["f", "fail"]}
}

test_fails_for_private_ranges_only if {
	every egress in [null, "VPC_EGRESS_PRIVATE_RANGES_ONLY"] {
		_function({"directVpcNetworkInterfaces": _interface, "directVpcEgress": egress}) == {["f", "fail"]}
	}
}

test_undetermined_when_unknown if _function(fixture.unknown) == {["f", "undetermined"]}
