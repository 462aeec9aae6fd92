package lockgate.rules.encryption.enc_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.encryption.enc_003

_judged(type, inputs, protect) := statuses if {
	resource := object.union(fixture.resource(type, "k", inputs), {"protect": protect})
	statuses := fixture.statuses(enc_003.findings) with input as fixture.plan([resource])
}

_key := "gcp:kms/cryptoKey:CryptoKey"

_ring := "gcp:kms/keyRing:KeyRing"

test_passes_for_a_protected_key if _judged(_key, {"destroyScheduledDuration": "2592000s"}, true) == {["k", "pass"]}

test_passes_with_googles_default if _judged(_key, {}, true) == {["k", "pass"]}

test_passes_for_a_protected_ring if _judged(_ring, {}, true) == {["k", "pass"]}

test_fails_for_a_key_without_protection if {
	_judged(_key, {"destroyScheduledDuration": "2592000s"}, false) == {["k", "fail"]}
}

test_fails_for_a_ring_without_protection if _judged(_ring, {}, false) == {["k", "fail"]}

test_fails_when_it_is_destroyed_sooner if _judged(_key, {"destroyScheduledDuration": "86400s"}, true) == {["k", "fail"]}

test_undetermined_when_unknown if {
	_judged(_key, {"destroyScheduledDuration": fixture.unknown}, true) == {["k", "undetermined"]}
}
