package lockgate.rules.supply_chain.sup_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.supply_chain.sup_004

_good := {
	"uniformBucketLevelAccess": true,
	"publicAccessPrevention": "enforced",
	"versioning": {"enabled": true},
	"forceDestroy": false,
}

_with(overrides, protect) := statuses if {
	inputs := object.union(_good, overrides)
	bucket := object.union(fixture.resource("gcp:storage/bucket:Bucket", "b", inputs), {"protect": protect})
	statuses := fixture.statuses(sup_004.findings) with input as fixture.plan([bucket])
}

_judged(overrides) := _with(overrides, true)

test_passes if _judged({}) == {["b", "pass"]}

test_passes_when_force_destroy_is_not_given if _judged({"forceDestroy": null}) == {["b", "pass"]}

test_fails_without_uniform_access if _judged({"uniformBucketLevelAccess": null}) == {["b", "fail"]}

test_fails_without_prevention_of_public_access if _judged({"publicAccessPrevention": "inherited"}) == {["b", "fail"]}

test_fails_without_versions if _judged({"versioning": {"enabled": false}}) == {["b", "fail"]}

test_fails_when_it_is_emptied_on_destroy if _judged({"forceDestroy": true}) == {["b", "fail"]}

test_fails_without_protection if _with({}, false) == {["b", "fail"]}

test_undetermined_when_unknown if _judged({"publicAccessPrevention": fixture.unknown}) == {["b", "undetermined"]}
