package lockgate.rules.encryption.enc_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.encryption.enc_001

_key := fixture.resource("gcp:kms/cryptoKey:CryptoKey", "pubsub", {"name": "pubsub"})

_topic(key) := fixture.resource("gcp:pubsub/topic:Topic", "t", {"kmsKeyName": key})

_id(location) := sprintf("projects/p/locations/%s/keyRings/r/cryptoKeys/k", [location])

_judged_with(resources, charter) := statuses if {
	statuses := fixture.statuses(enc_001.findings) with input as fixture.judged(resources, charter)
}

_judged(resources) := _judged_with(resources, fixture.charter)

_harmless := fixture.chartered({
	"risk": {"high": null, "medium": null},
	"data": object.union(fixture.charter.data, {"personal": false}),
})

test_passes_for_a_key_of_the_plan if {
	_judged([_key, fixture.taking(_topic(fixture.unknown), "kmsKeyName", _key)]) == {["t", "pass"]}
}

test_passes_for_a_key_in_the_residency if _judged([_topic(_id("europe-west4"))]) == {["t", "pass"]}

test_passes_without_a_key_where_nothing_asks_for_one if {
	_judged_with([fixture.resource("gcp:pubsub/topic:Topic", "t", {})], _harmless) == {["t", "pass"]}
}

test_fails_without_a_key if _judged([fixture.resource("gcp:pubsub/topic:Topic", "t", {})]) == {["t", "fail"]}

test_fails_without_a_key_and_without_a_charter if {
	_judged_with([fixture.resource("gcp:pubsub/topic:Topic", "t", {})], null) == {["t", "fail"]}
}

test_passes_in_any_location_without_a_charter if _judged_with([_topic(_id("us-east1"))], null) == {["t", "pass"]}

test_fails_for_a_key_outside_the_residency if _judged([_topic(_id("us-east1"))]) == {["t", "fail"]}

test_fails_for_what_is_no_key if _judged([_topic("my-key")]) == {["t", "fail"]}

test_fails_for_a_nested_key_that_is_missing if {
	_judged([fixture.resource("gcp:storage/bucket:Bucket", "b", {"encryption": {}})]) == {["b", "fail"]}
}

test_undetermined_when_the_key_is_unknown if _judged([_topic(fixture.unknown)]) == {["t", "undetermined"]}

test_undetermined_when_the_key_is_taken_from_something_else if {
	_judged([_key, fixture.taking(_topic(fixture.unknown), "kmsKeyName", _topic("x"))]) == {["t", "undetermined"]}
}
