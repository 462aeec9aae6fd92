package lockgate.rules.network.net_012_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_012

_network := fixture.resource("gcp:compute/network:Network", "vpc", {"name": "vpc"})

_subnet := fixture.resource("gcp:compute/subnetwork:Subnetwork", "subnet", {"name": "subnet"})

_zone := fixture.resource("gcp:dns/managedZone:ManagedZone", "zone", {"name": "zone"})

_inputs := {
	"location": "europe-west4",
	"accessType": "REGIONAL",
	"targetGoogleApi": "modelarmor.europe-west4.rep.googleapis.com",
	"address": "10.20.1.2",
	"network": "projects/p/global/networks/vpc",
	"subnetwork": "projects/p/regions/europe-west4/subnetworks/subnet",
}

_record(overrides) := fixture.resource("gcp:dns/recordSet:RecordSet", "record", object.union(
	{
		"managedZone": "zone",
		"name": "modelarmor.europe-west4.rep.googleapis.com.",
		"type": "A",
		"rrdatas": ["10.20.1.2"],
	},
	overrides,
))

_of(inputs, records, a_charter) := statuses if {
	endpoint := fixture.resource("gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint", "armor", inputs)
	resources := array.concat([_network, _subnet, _zone, endpoint], records)
	statuses := fixture.statuses(net_012.findings) with input as fixture.judged(resources, a_charter)
}

_judged(overrides) := _of(object.union(_inputs, overrides), [_record({})], fixture.charter)

_named(overrides) := _of(_inputs, [_record(overrides)], fixture.charter)

_without(key) := _of(object.remove(_inputs, [key]), [_record({})], fixture.charter)

_fails := {["armor", "fail"]}

test_passes_when_private_and_named if _judged({}) == {["armor", "pass"]}

test_passes_anywhere_without_a_charter if _of(_inputs, [_record({})], null) == {["armor", "pass"]}

test_fails_outside_the_networks_of_the_plan if {
	_judged({"network": "projects/p/global/networks/other"}) == _fails
	_judged({"subnetwork": "projects/p/regions/europe-west4/subnetworks/other"}) == _fails
	_without("network") == _fails
	_without("subnetwork") == _fails
}

test_fails_when_every_region_reaches_it if {
	_judged({"accessType": "GLOBAL"}) == _fails
	_without("accessType") == _fails
}

test_fails_outside_the_residency if {
	_judged({"location": "us-central1", "targetGoogleApi": "modelarmor.us-central1.rep.googleapis.com"}) == _fails
	_without("location") == _fails
}

test_fails_for_an_api_of_another_region if {
	_judged({"targetGoogleApi": "modelarmor.us-central1.rep.googleapis.com"}) == _fails
	_judged({"targetGoogleApi": "modelarmor.europe-west4.rep.googleapis.com.example.com"}) == _fails
	_without("targetGoogleApi") == _fails
}

test_fails_without_an_address if _without("address") == _fails

test_fails_without_its_name if {
	_of(_inputs, [], fixture.charter) == _fails
	_named({"rrdatas": ["10.20.255.2"]}) == _fails
	_named({"type": "CNAME"}) == _fails
	_named({"managedZone": "elsewhere"}) == _fails
}

test_undetermined_when_the_address_is_unknown if {
	_judged({"address": fixture.unknown}) == {["armor", "undetermined"]}
}

test_undetermined_when_the_network_is_unknown if {
	_judged({"network": fixture.unknown}) == {["armor", "undetermined"]}
}
