package lockgate.rules.encryption.enc_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.encryption.enc_002

_judged(inputs) := statuses if {
	key := fixture.resource("gcp:kms/cryptoKey:CryptoKey", "k", inputs)
	statuses := fixture.statuses(enc_002.findings) with input as fixture.plan([key])
}

test_passes_at_the_limit if _judged({"rotationPeriod": "7776000s", "purpose": "ENCRYPT_DECRYPT"}) == {["k", "pass"]}

test_passes_for_a_signing_key if _judged({"purpose": "ASYMMETRIC_SIGN"}) == {["k", "pass"]}

test_fails_above_the_limit if _judged({"rotationPeriod": "7776001s"}) == {["k", "fail"]}

test_fails_without_a_rotation if _judged({"purpose": "ENCRYPT_DECRYPT"}) == {["k", "fail"]}

test_fails_when_the_period_is_no_duration if _judged({"rotationPeriod": "90 days"}) == {["k", "fail"]}

test_undetermined_when_unknown if _judged({"rotationPeriod": fixture.unknown}) == {["k", "undetermined"]}
