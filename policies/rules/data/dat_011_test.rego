package lockgate.rules.data.dat_011_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_011

_is(inputs, status) if {
	bucket := fixture.resource("gcp:storage/bucket:Bucket", "b", inputs)
	found := fixture.statuses(dat_011.findings) with input as fixture.judged([bucket], null)
	found == {["b", status]}
}

test_passes_when_closed if _is({"publicAccessPrevention": "enforced", "uniformBucketLevelAccess": true}, "pass")

test_fails_when_it_may_become_public if _is({"uniformBucketLevelAccess": true}, "fail")

test_fails_when_left_to_what_is_above if {
	_is({"publicAccessPrevention": "inherited", "uniformBucketLevelAccess": true}, "fail")
}

test_fails_with_access_lists if _is({"publicAccessPrevention": "enforced"}, "fail")

test_undetermined_when_unknown if {
	_is({"publicAccessPrevention": fixture.unknown, "uniformBucketLevelAccess": true}, "undetermined")
}
