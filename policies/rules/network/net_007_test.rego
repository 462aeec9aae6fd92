package lockgate.rules.network.net_007_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_007

_apis(address) := fixture.resource("gcp:compute/globalAddress:GlobalAddress", "apis", {
	"address": address,
	"addressType": "INTERNAL",
	"purpose": "PRIVATE_SERVICE_CONNECT",
})

_services := fixture.resource("gcp:compute/globalAddress:GlobalAddress", "services", {
	"address": "10.21.0.0",
	"prefixLength": 20,
	"addressType": "INTERNAL",
	"purpose": "VPC_PEERING",
})

_database := fixture.resource("gcp:sql/databaseInstance:DatabaseInstance", "db", {"settings": {"ipConfiguration": {
	"ipv4Enabled": false,
	"privateNetwork": fixture.unknown,
}}})

_allow(name, range, ports) := fixture.resource("gcp:compute/firewall:Firewall", name, {
	"direction": "EGRESS",
	"destinationRanges": [range],
	"allows": [{"protocol": "tcp", "ports": ports}],
})

_to_apis := _allow("to-apis", "10.20.255.2/32", ["443"])

_to_database := _allow("to-database", "10.21.0.0/20", ["5432", "3307"])

_judged(resources) := {status | some [_, status] in statuses} if {
	statuses := fixture.statuses(net_007.findings) with input as fixture.plan(resources)
}

test_passes_with_both if {
	_judged([_apis("10.20.255.2"), _services, _database, _to_apis, _to_database]) == {"pass"}
}

test_passes_without_a_database if _judged([_apis("10.20.255.2"), _services, _to_apis]) == {"pass"}

_subnet := fixture.resource("gcp:compute/subnetwork:Subnetwork", "s", {"ipCidrRange": "10.20.0.0/24"})

_policy := fixture.taking(
	fixture.resource("gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy", "p", {
		"serviceClass": "gcp-vertexai",
		"pscConfig": {"subnetworks": [fixture.unknown]},
	}),
	"pscConfig", _subnet,
)

_endpoint := fixture.resource("gcp:vertex/aiEndpoint:AiEndpoint", "e", {"privateServiceConnectConfig": {
	"enablePrivateServiceConnect": true,
	"pscAutomationConfigs": [{"projectId": "p", "network": "n"}],
}})

test_passes_with_a_way_to_the_models if {
	_judged([_subnet, _policy, _endpoint, _allow("models", "10.20.0.0/24", ["443"])]) == {"pass"}
}

_armor := fixture.resource("gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint", "armor", {
	"targetGoogleApi": "modelarmor.europe-west4.rep.googleapis.com",
	"address": "10.20.1.2",
})

test_passes_with_a_way_to_an_endpoint_of_the_region if _judged([_armor, _allow("armor", "10.20.1.2/32", ["443"])]) == {"pass"}

test_fails_without_a_way_to_an_endpoint_of_the_region if _judged([_armor]) == {"fail"}

test_fails_without_a_way_to_the_models if _judged([_subnet, _policy, _endpoint]) == {"fail"}

test_skips_a_plan_without_addresses if _judged([]) == {"skipped"}

test_fails_without_the_way_to_the_apis if {
	_judged([_apis("10.20.255.2"), _services, _database, _to_database]) == {"fail", "pass"}
}

test_fails_without_the_way_to_the_database if {
	_judged([_apis("10.20.255.2"), _services, _database, _to_apis]) == {"fail", "pass"}
}

test_fails_for_part_of_the_range if {
	_judged([_services, _database, _allow("part", "10.21.0.0/24", ["5432"])]) == {"fail"}
}

test_fails_for_another_port if _judged([_apis("10.20.255.2"), _allow("port", "10.20.255.2/32", ["80-442"])]) == {"fail"}

test_fails_when_the_rule_is_disabled if {
	_judged([_apis("10.20.255.2"), object.union(_to_apis, {"inputs": {"disabled": true}})]) == {"fail"}
}

test_undetermined_when_the_address_is_unknown if {
	_judged([_apis(fixture.unknown), _to_apis]) == {"undetermined"}
}
