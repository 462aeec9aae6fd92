package lockgate.rules.data.dat_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_005

_judged(key) := statuses if {
	dataset := fixture.resource("gcp:bigquery/dataset:Dataset", "d", {"defaultEncryptionConfiguration": {"kmsKeyName": key}})
	statuses := fixture.statuses(dat_005.findings) with input as fixture.plan([dataset])
}

test_passes_with_a_key if _judged("projects/p/locations/europe-west4/keyRings/r/cryptoKeys/k") == {["d", "pass"]}

test_fails_without_a_key if _judged(null) == {["d", "fail"]}

test_undetermined_when_unknown if _judged(fixture.unknown) == {["d", "undetermined"]}
