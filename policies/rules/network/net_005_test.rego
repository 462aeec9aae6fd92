package lockgate.rules.network.net_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_005

_vpc := fixture.resource("gcp:compute/network:Network", "vpc", {"name": "claims"})

_deny(overrides) := fixture.taking(
	fixture.resource("gcp:compute/firewall:Firewall", "deny", object.union(
		{
			"network": fixture.unknown,
			"direction": "EGRESS",
			"denies": [{"protocol": "all"}],
			"destinationRanges": ["0.0.0.0/0"],
		},
		overrides,
	)),
	"network", _vpc,
)

_judged(resources) := statuses if {
	statuses := fixture.statuses(net_005.findings) with input as fixture.plan(array.concat([_vpc], resources))
}

_weakened(overrides) := _judged([_deny(overrides)]) == {["vpc", "fail"]}

test_passes if _judged([_deny({})]) == {["vpc", "pass"]}

test_passes_with_googles_default_range if _judged([_deny({"destinationRanges": null})]) == {["vpc", "pass"]}

test_fails_without_a_rule if _judged([]) == {["vpc", "fail"]}

test_fails_for_ingress if _weakened({"direction": "INGRESS"})

test_fails_when_disabled if _weakened({"disabled": true})

test_fails_for_one_protocol if _weakened({"denies": [{"protocol": "tcp"}]})

test_fails_for_some_destinations if _weakened({"destinationRanges": ["8.8.8.8/32"]})

test_fails_for_some_machines if _weakened({"targetTags": ["worker"]})

test_fails_for_another_network if _weakened({"network": "projects/p/global/networks/other"})

test_fails_when_it_allows if _weakened({"denies": null, "allows": [{"protocol": "all"}]})

test_undetermined_when_the_network_is_unknown if {
	_judged([object.union(object.remove(_deny({}), ["propertyDependencies"]), {"propertyDependencies": {}})]) == {["vpc", "undetermined"]}
}

test_undetermined_when_the_range_is_unknown if {
	_judged([_deny({"destinationRanges": fixture.unknown})]) == {["vpc", "undetermined"]}
}
