package lockgate.rules.network.net_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.network.net_004

_address := fixture.resource("gcp:compute/globalAddress:GlobalAddress", "a", {
	"address": "10.20.255.2",
	"addressType": "INTERNAL",
	"purpose": "PRIVATE_SERVICE_CONNECT",
})

_zone(overrides) := fixture.resource("gcp:dns/managedZone:ManagedZone", "z", object.union(
	{
		"name": "apis",
		"dnsName": "googleapis.com.",
		"visibility": "private",
		"privateVisibilityConfig": {"networks": [{"networkUrl": fixture.unknown}]},
	},
	overrides,
))

_record(name, type, data_) := fixture.resource(
	"gcp:dns/recordSet:RecordSet", sprintf("%s-%s", [name, type]),
	{"managedZone": "apis", "name": name, "type": type, "rrdatas": data_},
)

_apex(data_) := _record("googleapis.com.", "A", data_)

_below := _record("*.googleapis.com.", "CNAME", ["googleapis.com."])

_all(resources) := statuses if {
	statuses := fixture.statuses(net_004.findings) with input as fixture.plan(resources)
}

_good := [_address, _zone({}), _apex(["10.20.255.2"]), _below]

test_fails_for_a_record_that_strays if {
	every record in [
		_record("europe-west4-aiplatform.googleapis.com.", "A", ["203.0.113.7"]),
		_record("europe-west4-aiplatform.googleapis.com.", "CNAME", ["example.com."]),
		_record("europe-west4-aiplatform.googleapis.com.", "NS", ["ns.example.com."]),
	] {
		_all(array.concat(_good, [record])) == {["", "pass"], [record.name, "fail"]}
	}
}

test_passes_for_a_name_that_its_own_endpoint_serves if {
	endpoint := fixture.resource("gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint", "e", {
		"targetGoogleApi": "modelarmor.europe-west4.rep.googleapis.com",
		"address": "10.20.1.2",
	})
	record := _record("modelarmor.europe-west4.rep.googleapis.com.", "A", ["10.20.1.2"])
	_all(array.concat(_good, [endpoint, record])) == {["", "pass"]}
	_all(array.concat(_good, [record])) == {["", "pass"], [record.name, "fail"]}
	other := _record("europe-west4-aiplatform.googleapis.com.", "A", ["10.20.1.2"])
	_all(array.concat(_good, [endpoint, other])) == {["", "pass"], [other.name, "fail"]}
}

test_passes_for_a_record_of_another_domain if {
	_all(array.concat(_good, [_record("claims.example.com.", "A", ["10.0.0.7"])])) == {["", "pass"]}
}

test_undetermined_for_a_record_whose_name_is_unknown if {
	record := fixture.resource("gcp:dns/recordSet:RecordSet", "r", {"name": fixture.unknown})
	_all(array.concat(_good, [record])) == {["", "pass"], ["r", "undetermined"]}
}

_judged(resources) := {status | some [_, status] in statuses} if {
	statuses := fixture.statuses(net_004.findings) with input as fixture.plan(resources)
}

test_passes if _judged([_address, _zone({}), _apex(["10.20.255.2"]), _below]) == {"pass"}

test_passes_with_two_addresses if {
	records := [_apex(["10.20.255.2"]), _record("*.googleapis.com.", "A", ["10.20.255.2"])]
	_judged(array.concat([_address, _zone({})], records)) == {"pass"}
}

test_passes_with_a_reference if {
	_judged([_address, _zone({}), fixture.taking(_apex([fixture.unknown]), "rrdatas", _address), _below]) == {"pass"}
}

test_fails_without_a_zone if _judged([_address, _apex(["10.20.255.2"]), _below]) == {"fail"}

test_fails_for_a_public_zone if {
	_judged([_address, _zone({"visibility": "public"}), _apex(["10.20.255.2"]), _below]) == {"fail"}
}

test_fails_for_a_zone_that_no_network_sees if {
	_judged([_address, _zone({"privateVisibilityConfig": null}), _apex(["10.20.255.2"]), _below]) == {"fail"}
}

test_fails_for_a_zone_whose_network_is_not_given if {
	zone := _zone({"privateVisibilityConfig": {"networks": [{}]}})
	_judged([_address, zone, _apex(["10.20.255.2"]), _below]) == {"fail"}
}

test_fails_for_another_domain if {
	_judged([_address, _zone({"dnsName": "example.com."}), _apex(["10.20.255.2"]), _below]) == {"fail"}
}

test_fails_without_the_domain if _judged([_address, _zone({}), _below]) == {"fail"}

test_fails_without_the_names_below if _judged([_address, _zone({}), _apex(["10.20.255.2"])]) == {"fail"}

test_fails_for_another_address if _judged([_address, _zone({}), _apex(["10.20.255.2", "8.8.8.8"]), _below]) == {"fail"}

test_undetermined_for_an_unknown_network if {
	zone := _zone({"privateVisibilityConfig": {"networks": [fixture.unknown]}})
	_judged([_address, zone, _apex(["10.20.255.2"]), _below]) == {"undetermined"}
}

test_undetermined_for_an_unknown_address if {
	_judged([_address, _zone({}), _apex([fixture.unknown]), _below]) == {"undetermined"}
}
