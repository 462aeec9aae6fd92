package lockgate.rules.network.net_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_003

_network := fixture.resource("gcp:compute/network:Network", "vpc", {"name": "claims"})

_address(overrides) := fixture.resource("gcp:compute/globalAddress:GlobalAddress", "a", object.union(
	{
		"name": "apis",
		"address": "10.20.255.2",
		"addressType": "INTERNAL",
		"purpose": "PRIVATE_SERVICE_CONNECT",
	},
	overrides,
))

_rule(overrides) := object.union(
	fixture.resource("gcp:compute/globalForwardingRule:GlobalForwardingRule", "r", object.union({"target": "all-apis", "network": fixture.unknown, "ipAddress": fixture.unknown}, overrides)),
	{"propertyDependencies": {"network": [_network.urn], "ipAddress": [_address({}).urn]}},
)

_judged(resources) := {status | some [_, status] in statuses} if {
	statuses := fixture.statuses(net_003.findings) with input as fixture.plan(resources)
}

test_passes_with_references if _judged([_network, _address({}), _rule({})]) == {"pass"}

test_passes_with_literals if {
	rule := _rule({"network": "projects/p/global/networks/claims", "ipAddress": "10.20.255.2"})
	_judged([_network, _address({}), rule]) == {"pass"}
}

test_fails_without_an_endpoint if _judged([_network, _address({})]) == {"fail"}

test_fails_for_another_target if _judged([_network, _address({}), _rule({"target": "projects/p/x"})]) == {"fail"}

test_fails_without_the_address if _judged([_network, _rule({})]) == {"fail"}

test_fails_without_the_network if _judged([_address({}), _rule({})]) == {"fail"}

test_fails_for_an_external_address if _judged([_network, _address({"addressType": "EXTERNAL"}), _rule({})]) == {"fail"}

test_undetermined_when_the_address_is_unknown if {
	rule := object.remove(_rule({"network": "projects/p/global/networks/claims"}), ["propertyDependencies"])
	_judged([_network, _address({}), object.union(rule, {"propertyDependencies": {}})]) == {"undetermined"}
}

test_undetermined_when_the_target_is_unknown if {
	_judged([_network, _address({}), _rule({"target": fixture.unknown})]) == {"undetermined"}
}
