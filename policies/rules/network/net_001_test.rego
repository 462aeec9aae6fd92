package lockgate.rules.network.net_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_001

_good := {"autoCreateSubnetworks": false, "deleteDefaultRoutesOnCreate": true}

_judged(overrides) := statuses if {
	network := fixture.resource("gcp:compute/network:Network", "n", object.union(_good, overrides))
	statuses := fixture.statuses(net_001.findings) with input as fixture.plan([network])
}

test_passes if _judged({}) == {["n", "pass"]}

test_fails_with_automatic_subnets if _judged({"autoCreateSubnetworks": true}) == {["n", "fail"]}

test_fails_when_automatic_subnets_are_googles_default if _judged({"autoCreateSubnetworks": null}) == {["n", "fail"]}

test_fails_with_a_default_route if _judged({"deleteDefaultRoutesOnCreate": false}) == {["n", "fail"]}

test_undetermined_when_unknown if _judged({"autoCreateSubnetworks": fixture.unknown}) == {["n", "undetermined"]}
