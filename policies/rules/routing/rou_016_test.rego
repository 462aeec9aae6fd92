package lockgate.rules.routing.rou_016_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_016

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_016.findings) with input as fixture.plan(resources)
}

_with(inputs) := _judged(stack.set_in("heartbeat", inputs))

test_passes_when_a_job_asks if _judged(stack.stack) == {["", "pass"]}

test_passes_by_address if _with({"httpTarget": {"uri": "https://router-abc-ez.a.run.app/probe"}}) == {["", "pass"]}

test_passes_without_a_method if _judged(stack.unset_in("heartbeat", ["/httpTarget/httpMethod"])) == {["", "pass"]}

test_fails_without_a_job if _judged(stack.without("heartbeat")) == {["", "fail"]}

test_fails_when_it_asks_something_else if _with({"httpTarget": {"uri": "https://example.com/probe"}}) == {["", "fail"]}

test_fails_when_it_asks_seldom if _with({"schedule": "0 0 1 1 *"}) == {["", "fail"]}

test_fails_when_paused if _with({"paused": true}) == {["", "fail"]}

test_fails_with_another_method if _with({"httpTarget": {"httpMethod": "GET"}}) == {["", "fail"]}

test_fails_without_a_token if _judged(stack.unset_in("heartbeat", ["/httpTarget/oidcToken"])) == {["", "fail"]}

test_undetermined_when_the_address_is_unknown if {
	heartbeat := object.union(
		object.remove(stack.heartbeat, ["propertyDependencies"]),
		{"propertyDependencies": {}},
	)
	_judged(stack.replaced("heartbeat", heartbeat)) == {["", "undetermined"]}
}
