package lockgate.rules.encryption.enc_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.encryption.enc_004

_judged(resources) := statuses if {
	statuses := fixture.statuses(enc_004.findings) with input as fixture.plan(resources)
}

_ring(location) := fixture.resource("gcp:kms/keyRing:KeyRing", "r", {"location": location})

_key(ring) := fixture.resource("gcp:kms/cryptoKey:CryptoKey", "k", {"keyRing": ring})

test_passes_within_the_residency if {
	key := fixture.taking(_key(fixture.unknown), "keyRing", _ring("europe-west4"))
	_judged([_ring("europe-west4"), key]) == {["r", "pass"], ["k", "pass"]}
}

test_passes_for_a_ring_outside_the_plan if {
	_judged([_key("projects/p/locations/europe-west4/keyRings/r")]) == {["k", "pass"]}
}

test_fails_for_a_ring_elsewhere if _judged([_ring("global")]) == {["r", "fail"]}

test_fails_for_a_key_elsewhere if _judged([_key("projects/p/locations/us/keyRings/r")]) == {["k", "fail"]}

test_fails_for_a_ring_that_is_no_path if _judged([_key("r")]) == {["k", "fail"]}

test_fails_without_a_ring if _judged([_key("")]) == {["k", "fail"]}

test_undetermined_for_a_ring_that_is_not_in_the_plan if {
	_judged([fixture.taking(_key(fixture.unknown), "keyRing", _ring("europe-west4"))]) == {["k", "undetermined"]}
}

test_undetermined_when_the_location_is_unknown if _judged([_ring(fixture.unknown)]) == {["r", "undetermined"]}
