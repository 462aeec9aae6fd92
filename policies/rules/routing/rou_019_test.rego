package lockgate.rules.routing.rou_019_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_019

_operators := ["group:operations@example.com"]

_pauses := stack.on_bucket("pauses", "switch", "roles/storage.objectUser", "group:operations@example.com")

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_019.findings) with input as fixture.plan(resources)
}

_operated(resources) := statuses if {
	charter := fixture.chartered({"routing": {"operators": _operators}})
	statuses := fixture.statuses(rou_019.findings) with input as fixture.judged(resources, charter)
}

test_passes_when_the_router_follows_and_operators_write if _operated(stack.with_also(_pauses)) == {["", "pass"]}

test_passes_when_the_charter_names_no_operators if _judged(stack.stack) == {["", "pass"]}

test_fails_without_a_switch if {
	_judged(stack.unset_in("router", ["/serviceConfig/environmentVariables/SWITCH_BUCKET"])) == {["", "fail"]}
}

test_fails_when_the_bucket_is_not_of_the_plan if {
	_judged(stack.without("switch")) == {["", "fail"]}
	_judged(stack.variable("SWITCH_BUCKET", "elsewhere")) == {["", "fail"]}
}

test_fails_when_the_switch_lies_beside_the_record if _judged(stack.variable("SWITCH_BUCKET", "state")) == {["", "fail"]}

test_fails_when_the_router_may_not_read if _judged(stack.without("follows")) == {["", "fail"]}

test_fails_when_an_operator_may_not_write if {
	_operated(stack.stack) == {["", "fail"]}
	reads := object.union(_pauses, {"inputs": {"role": "roles/storage.objectViewer"}})
	_operated(stack.with_also(reads)) == {["", "fail"]}
}

test_fails_without_a_router if _judged(stack.without("router")) == {["", "fail"]}

test_undetermined_when_the_reader_is_unknown if {
	_judged(stack.set_in("follows", {"member": fixture.unknown})) == {["", "undetermined"]}
}
