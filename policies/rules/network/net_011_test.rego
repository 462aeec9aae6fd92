package lockgate.rules.network.net_011_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_011

_vpc := fixture.resource("gcp:compute/network:Network", "vpc", {"name": "claims"})

_subnet := fixture.resource("gcp:compute/subnetwork:Subnetwork", "s", {"name": "claims"})

_deployment := fixture.resource(
	"gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment", "d",
	{"endpointConfig": {"privateServiceConnectConfig": {"pscAutomationConfigs": {"network": "n"}}}},
)

_policy(overrides) := fixture.resource(
	"gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy", "p",
	object.union(
		{
			"serviceClass": "gcp-vertexai",
			"location": "europe-west4",
			"network": "projects/p/global/networks/claims",
			"pscConfig": {"subnetworks": ["projects/p/regions/europe-west4/subnetworks/claims"], "limit": "4"},
		},
		overrides,
	),
)

_judged(resources) := {status | some [_, status] in statuses} if {
	statuses := fixture.statuses(net_011.findings) with input as fixture.plan(resources)
}

test_passes_with_literals if _judged([_vpc, _subnet, _deployment, _policy({})]) == {"pass"}

test_passes_with_a_reference if {
	policy := fixture.taking(_policy({"pscConfig": {"subnetworks": [fixture.unknown]}}), "pscConfig", _subnet)
	_judged([_vpc, _subnet, _deployment, policy]) == {"pass"}
}

test_skips_a_plan_without_such_an_endpoint if _judged([_vpc, _subnet]) == {"skipped"}

test_fails_without_a_policy if _judged([_vpc, _subnet, _deployment]) == {"fail"}

test_fails_for_another_service if {
	_judged([_vpc, _subnet, _deployment, _policy({"serviceClass": "google-cloud-sql"})]) == {"fail"}
}

test_fails_without_a_limit if {
	_judged([_vpc, _subnet, _deployment, _policy({"pscConfig": {"limit": null}})]) == {"fail"}
	_judged([_vpc, _subnet, _deployment, _policy({"pscConfig": {"limit": "1000"}})]) == {"fail"}
}

test_fails_for_another_subnet if {
	_judged([_vpc, _subnet, _deployment, _policy({"pscConfig": {"subnetworks": ["x/other"]}})]) == {"fail"}
}

test_fails_outside_the_residency if {
	_judged([_vpc, _subnet, _deployment, _policy({"location": "us-east1"})]) == {"fail"}
}

test_passes_in_any_location_without_a_charter if {
	resources := [_vpc, _subnet, _deployment, _policy({"location": "us-east1"})]
	findings := net_011.findings with input as fixture.judged(resources, null)
	fixture.statuses(findings) == {["", "pass"]}
}

test_fails_for_another_network if {
	_judged([_vpc, _subnet, _deployment, _policy({"network": "projects/p/global/networks/x"})]) == {"fail"}
}

test_undetermined_when_the_subnet_is_unknown if {
	_judged([_vpc, _subnet, _deployment, _policy({"pscConfig": {"subnetworks": fixture.unknown}})]) == {"undetermined"}
}
