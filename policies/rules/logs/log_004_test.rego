package lockgate.rules.logs.log_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.logs.log_004

_judged(bucket, charter) := statuses if {
	statuses := fixture.statuses(log_004.findings) with input as fixture.judged(
		[bucket, fixture.resource("gcp:kms/cryptoKey:CryptoKey", "k", {})],
		charter,
	)
}

_bucket(key) := fixture.resource("gcp:logging/projectBucketConfig:ProjectBucketConfig", "b", {"cmekSettings": {"kmsKeyName": key}})

_key := fixture.resource("gcp:kms/cryptoKey:CryptoKey", "k", {})

_harmless := fixture.chartered({"risk": {"high": null, "medium": null}, "data": {"personal": false}})

test_passes_with_a_key if {
	_judged(_bucket("projects/p/locations/europe-west4/keyRings/r/cryptoKeys/k"), fixture.charter) == {["b", "pass"]}
}

test_passes_with_a_key_of_the_plan if {
	_judged(fixture.taking(_bucket(fixture.unknown), "cmekSettings", _key), null) == {["b", "pass"]}
}

test_passes_where_nothing_asks_for_a_key if _judged(_bucket(null), _harmless) == {["b", "pass"]}

test_fails_without_a_key if _judged(_bucket(null), fixture.charter) == {["b", "fail"]}

test_fails_with_something_else if _judged(_bucket("my-key"), fixture.charter) == {["b", "fail"]}

test_undetermined_when_unknown if _judged(_bucket(fixture.unknown), fixture.charter) == {["b", "undetermined"]}
