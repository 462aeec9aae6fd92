package lockgate.rules.network.net_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_002

_good := {
	"privateIpGoogleAccess": true,
	"region": "europe-west4",
	"logConfig": {"flowSampling": 1, "aggregationInterval": "INTERVAL_5_SEC", "metadata": "INCLUDE_ALL_METADATA"},
}

_with(overrides, charter) := statuses if {
	subnet := fixture.resource("gcp:compute/subnetwork:Subnetwork", "s", object.union(object.remove(_good, object.keys(overrides)), overrides))
	statuses := fixture.statuses(net_002.findings) with input as fixture.judged([subnet], charter)
}

_judged(overrides) := _with(overrides, fixture.charter)

_logged(overrides) := _judged({"logConfig": object.union(_good.logConfig, overrides)})

test_passes if _judged({}) == {["s", "pass"]}

_provider(region) := fixture.resource("pulumi:providers:gcp", "google", {"region": region})

_in_providers_region(region) := {status | some [name, status] in statuses; name == "s"} if {
	subnet := object.union(
		fixture.resource("gcp:compute/subnetwork:Subnetwork", "s", object.remove(_good, ["region"])),
		{"provider": _provider(region).urn},
	)
	statuses := fixture.statuses(net_002.findings) with input as fixture.plan([_provider(region), subnet])
}

test_a_subnet_without_a_region_is_in_the_providers if {
	_in_providers_region("europe-west4") == {"pass"}
	_in_providers_region("us-east1") == {"fail"}
	_judged({"region": null}) == {["s", "undetermined"]}
}

test_fails_with_googles_default_sampling if _logged({"flowSampling": null}) == {["s", "fail"]}

test_passes_in_any_region_without_a_charter if _with({"region": "us-east1"}, null) == {["s", "pass"]}

test_skips_a_subnet_of_a_load_balancer if _judged({"purpose": "REGIONAL_MANAGED_PROXY"}) == {["s", "skipped"]}

test_fails_without_private_access if _judged({"privateIpGoogleAccess": null}) == {["s", "fail"]}

test_fails_outside_the_residency if _judged({"region": "us-east1"}) == {["s", "fail"]}

test_fails_with_external_ipv6 if _judged({"ipv6AccessType": "EXTERNAL"}) == {["s", "fail"]}

test_fails_without_flow_logs if _judged({"logConfig": null}) == {["s", "fail"]}

test_fails_with_too_few_flows if _logged({"flowSampling": 0.1}) == {["s", "fail"]}

test_fails_with_too_long_an_interval if _logged({"aggregationInterval": "INTERVAL_15_MIN"}) == {["s", "fail"]}

test_fails_without_metadata if _logged({"metadata": "EXCLUDE_ALL_METADATA"}) == {["s", "fail"]}

test_fails_with_a_filter if _logged({"filterExpr": "false"}) == {["s", "fail"]}

test_undetermined_when_unknown if {
	_judged({"privateIpGoogleAccess": fixture.unknown}) == {["s", "undetermined"]}
	_judged({"logConfig": fixture.unknown}) == {["s", "undetermined"]}
}
