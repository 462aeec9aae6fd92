package lockgate.rules.network.net_009_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_009

_judged(type, inputs) := status if {
	findings := net_009.findings with input as fixture.plan([fixture.resource(type, "r", inputs)])
	some [_, status] in fixture.statuses(findings)
}

_address := "gcp:compute/globalAddress:GlobalAddress"

_rule := "gcp:compute/globalForwardingRule:GlobalForwardingRule"

_machine := "gcp:compute/instance:Instance"

_route := "gcp:compute/route:Route"

_workbench := "gcp:workbench/instance:Instance"

test_judges_addresses if {
	_judged(_address, {"addressType": "INTERNAL"}) == "pass"
	_judged(_address, {}) == "fail"
	_judged("gcp:compute/address:Address", {"addressType": "EXTERNAL"}) == "fail"
	_judged(_address, {"addressType": fixture.unknown}) == "undetermined"
}

test_judges_forwarding_rules if {
	_judged(_rule, {"target": "all-apis"}) == "pass"
	_judged(_rule, {"target": "projects/p/regions/r/serviceAttachments/s"}) == "pass"
	_judged(_rule, {"loadBalancingScheme": "INTERNAL_MANAGED"}) == "pass"
	_judged(_rule, {"target": "projects/p/global/targetHttpsProxies/x"}) == "fail"
	_judged(_rule, {"loadBalancingScheme": "EXTERNAL"}) == "fail"
	_judged(_rule, {"target": fixture.unknown, "loadBalancingScheme": fixture.unknown}) == "undetermined"
}

test_judges_machines if {
	_judged(_machine, {"networkInterfaces": [{"subnetwork": "s"}]}) == "pass"
	_judged(_machine, {"networkInterfaces": [{"subnetwork": "s", "accessConfigs": [{}]}]}) == "fail"
	_judged(_machine, {"networkInterfaces": [{"ipv6AccessConfigs": fixture.unknown}]}) == "fail"
	_judged(_machine, {"networkInterfaces": [fixture.unknown]}) == "undetermined"
}

test_judges_routes if {
	_judged(_route, {"destRange": "10.0.0.0/8", "nextHopIp": "10.0.0.1"}) == "pass"
	_judged(_route, {"nextHopGateway": "default-internet-gateway"}) == "fail"
	_judged(_route, {"nextHopGateway": fixture.unknown}) == "undetermined"
}

test_judges_notebooks if {
	_judged("gcp:notebooks/instance:Instance", {"noPublicIp": true}) == "pass"
	_judged("gcp:notebooks/instance:Instance", {}) == "fail"
	_judged(_workbench, {"gceSetup": {"disablePublicIp": true}}) == "pass"
	_judged(_workbench, {"gceSetup": {}}) == "fail"
	_judged(_workbench, {"gceSetup": fixture.unknown}) == "undetermined"
}

test_fails_for_any_nat_peering_or_vpn if {
	every type in [
		"gcp:compute/routerNat:RouterNat",
		"gcp:compute/networkPeering:NetworkPeering",
		"gcp:compute/haVpnGateway:HaVpnGateway",
		"gcp:compute/vPNGateway:VPNGateway",
	] {
		_judged(type, {}) == "fail"
	}
}
