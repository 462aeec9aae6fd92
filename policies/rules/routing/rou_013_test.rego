package lockgate.rules.routing.rou_013_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_013

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_013.findings) with input as fixture.plan(resources)
}

test_passes_when_closed_and_kept if _judged(stack.stack) == {[name, "pass"] | some name in ["source", "state", "switch"]}

test_skips_another_bucket if {
	bucket := fixture.resource("gcp:storage/bucket:Bucket", "other", {"name": "other"})
	["other", "skipped"] in _judged(stack.with_also(bucket))
}

test_fails_when_the_switch_may_vanish if {
	["switch", "fail"] in _judged(stack.set_in("switch", {"versioning": {"enabled": false}}))
}

test_fails_when_open_to_the_public if {
	["state", "fail"] in _judged(stack.set_in("state", {"publicAccessPrevention": "inherited"}))
}

test_fails_with_two_kinds_of_access if {
	["state", "fail"] in _judged(stack.unset_in("state", ["/uniformBucketLevelAccess"]))
}

test_fails_without_versions if ["source", "fail"] in _judged(stack.set_in("source", {"versioning": {"enabled": false}}))

test_fails_when_something_expires if {
	["source", "fail"] in _judged(stack.set_in("source", {"lifecycleRules": [{"action": {"type": "Delete"}}]}))
}

test_fails_when_deleted_with_its_content if ["source", "fail"] in _judged(stack.set_in("source", {"forceDestroy": true}))

test_fails_without_protection if {
	plan := stack.replaced("state", object.union(stack.bucket("state"), {"protect": false}))
	["state", "fail"] in _judged(plan)
}

test_undetermined_when_unknown if {
	["state", "undetermined"] in _judged(stack.set_in("state", {"publicAccessPrevention": fixture.unknown}))
}
