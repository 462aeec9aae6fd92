package lockgate.rules.network.net_008_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_008

_vpc := fixture.resource("gcp:compute/network:Network", "vpc", {"name": "claims"})

_database := fixture.resource("gcp:sql/databaseInstance:DatabaseInstance", "db", {"settings": {"ipConfiguration": {
	"ipv4Enabled": false,
	"privateNetwork": "projects/p/global/networks/claims",
}}})

_address(name) := fixture.resource(
	"gcp:compute/globalAddress:GlobalAddress", "services",
	{"name": name, "addressType": "INTERNAL", "purpose": "VPC_PEERING"},
)

_connection(overrides) := fixture.resource("gcp:servicenetworking/connection:Connection", "c", object.union(
	{
		"network": "projects/p/global/networks/claims",
		"service": "servicenetworking.googleapis.com",
		"reservedPeeringRanges": ["services"],
	},
	overrides,
))

_judged(resources) := {status | some [_, status] in statuses} if {
	statuses := fixture.statuses(net_008.findings) with input as fixture.plan(resources)
}

test_passes if _judged([_vpc, _database, _address("services"), _connection({})]) == {"pass"}

test_passes_with_a_reference if {
	connection := fixture.taking(
		_connection({"reservedPeeringRanges": [fixture.unknown]}), "reservedPeeringRanges",
		_address("services"),
	)
	_judged([_vpc, _database, _address(fixture.unknown), connection]) == {"pass"}
}

test_skips_a_plan_without_a_database if _judged([_vpc]) == {"skipped"}

test_fails_without_a_connection if _judged([_vpc, _database, _address("services")]) == {"fail"}

test_fails_without_a_range if _judged([_vpc, _database, _connection({})]) == {"fail"}

test_fails_for_another_range if {
	_judged([_vpc, _database, _address("services"), _connection({"reservedPeeringRanges": ["other"]})]) == {"fail"}
}

test_fails_for_another_service if {
	_judged([_vpc, _database, _address("services"), _connection({"service": "x.example.com"})]) == {"fail"}
}

test_fails_for_another_network if {
	_judged([_vpc, _database, _address("services"), _connection({"network": "projects/p/global/networks/x"})]) == {"fail"}
}

test_undetermined_when_the_range_is_unknown if {
	connection := _connection({"reservedPeeringRanges": [fixture.unknown]})
	_judged([_vpc, _database, _address("services"), connection]) == {"undetermined"}
}
