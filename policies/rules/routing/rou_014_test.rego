package lockgate.rules.routing.rou_014_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_014

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_014.findings) with input as fixture.plan(resources)
}

test_passes_when_the_guard_closes_the_router if _judged(stack.stack) == {["", "pass"]}

test_fails_without_a_guard if ["", "fail"] in _judged(stack.without("guard"))

test_fails_without_a_budget if ["", "fail"] in _judged(stack.without("budget"))

test_fails_without_a_router if ["", "fail"] in _judged(stack.without("router"))

test_fails_for_another_topic if {
	["", "fail"] in _judged(stack.set_in("guard", {"eventTrigger": {"pubsubTopic": "projects/p/topics/other"}}))
}

test_fails_for_another_event if {
	["", "fail"] in _judged(stack.set_in("guard", {"eventTrigger": {"eventType": "google.cloud.storage.object.v1.finalized"}}))
}

test_fails_when_heard_elsewhere if {
	["", "fail"] in _judged(stack.set_in("guard", {"eventTrigger": {"triggerRegion": "us-central1"}}))
}

test_passes_when_heard_where_the_function_is if {
	_judged(stack.unset_in("guard", ["/eventTrigger/triggerRegion"])) == {["", "pass"]}
}

test_fails_when_not_tried_again if {
	["", "fail"] in _judged(stack.set_in("guard", {"eventTrigger": {"retryPolicy": "RETRY_POLICY_DO_NOT_RETRY"}}))
}

test_fails_when_the_record_is_in_no_bucket if ["", "fail"] in _judged(stack.without("state"))

test_fails_when_the_guard_may_not_write if ["", "fail"] in _judged(stack.without("writes"))

test_fails_when_the_guard_may_only_read if {
	["", "fail"] in _judged(stack.set_in("writes", {"role": "roles/storage.objectViewer"}))
}

test_fails_when_the_router_may_not_read if ["", "fail"] in _judged(stack.without("reads"))

test_fails_when_the_router_reads_another_record if ["", "fail"] in _judged(stack.variable("STATE_BUCKET", "other"))

test_undetermined_when_the_routers_record_is_unknown if {
	_judged(stack.variable("STATE_BUCKET", fixture.unknown)) == {["", "undetermined"], ["", "fail"]}
}

test_undetermined_when_the_retry_is_unknown if {
	_judged(stack.set_in("guard", {"eventTrigger": {"retryPolicy": fixture.unknown}})) == {["", "undetermined"]}
}
