package lockgate.rules.routing.rou_011_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_011

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_011.findings) with input as fixture.plan(resources)
}

test_passes_when_all_may_call if _judged(stack.stack) == {["", "pass"]}

test_passes_by_a_binding if {
	binding := fixture.resource("gcp:cloudfunctionsv2/functionIamBinding:FunctionIamBinding", "b", {
		"cloudFunction": "router",
		"role": "roles/cloudfunctions.invoker",
		"members": ["serviceAccount:claims-workflow@acme-claims-prod.iam.gserviceaccount.com"],
	})
	_judged(stack.replaced("caller", binding)) == {["", "pass"]}
}

test_passes_when_the_trigger_names_its_account_by_reference if {
	taking := fixture.taking(stack.guard, "eventTrigger", stack.account("invoker"))
	guard := object.union(taking, {"inputs": {"eventTrigger": {"serviceAccountEmail": fixture.unknown}}})
	_judged(stack.replaced("guard", guard)) == {["", "pass"]}
}

test_passes_when_the_grant_names_its_member_by_reference if {
	grant := fixture.taking(stack.grant("g", "guard", fixture.unknown), "member", stack.account("invoker"))
	_judged(stack.replaced("invokes-guard", grant)) == {["", "pass"]}
}

test_fails_when_a_caller_may_not if _judged(stack.without("caller")) == {["", "fail"]}

test_fails_when_the_trigger_may_not if _judged(stack.without("invokes-guard")) == {["", "fail"]}

test_fails_when_the_scheduler_may_not if _judged(stack.without("invokes-router")) == {["", "fail"]}

test_fails_when_the_trigger_has_a_default_account if {
	_judged(stack.unset_in("guard", ["/eventTrigger/serviceAccountEmail"])) == {["", "fail"]}
}

test_fails_without_a_router if ["", "fail"] in _judged(stack.without("router"))

test_undetermined_when_the_member_is_unknown if {
	_judged(stack.set_in("caller", {"member": fixture.unknown})) == {["", "undetermined"]}
}

test_undetermined_when_the_service_of_a_grant_is_unknown if {
	_judged(stack.set_in("caller", {"name": fixture.unknown})) == {["", "undetermined"]}
}

test_undetermined_when_the_triggers_account_is_unknown if {
	_judged(stack.set_in("guard", {"eventTrigger": {"serviceAccountEmail": fixture.unknown}})) == {["", "undetermined"]}
}
