package lockgate.rules.routing.rou_010_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.routing.rou_010

_judged(resources) := statuses if {
	statuses := fixture.statuses(rou_010.findings) with input as fixture.plan(resources)
}

_calling(member) := _judged(stack.set_in("caller", {"member": member}))

test_passes_for_callers_of_the_charter_and_accounts_of_the_stack if {
	_judged(stack.stack) == {["caller", "pass"], ["invokes-router", "pass"], ["invokes-guard", "pass"]}
}

test_passes_by_reference_to_an_account if {
	grant := fixture.taking(stack.grant("g", "router", fixture.unknown), "member", stack.account("invoker"))
	["g", "pass"] in _judged(stack.with_also(grant))
}

test_fails_for_everybody if ["caller", "fail"] in _calling("allUsers")

test_fails_for_a_stranger if ["caller", "fail"] in _calling("serviceAccount:other@elsewhere.iam.gserviceaccount.com")

test_fails_for_a_group_of_the_name_of_an_account if {
	["caller", "fail"] in _calling("group:invoker@acme-claims-prod.iam.gserviceaccount.com")
}

test_fails_for_another_role if ["caller", "fail"] in _judged(stack.set_in("caller", {"role": "roles/run.admin"}))

test_fails_for_one_member_of_a_binding if {
	binding := fixture.resource("gcp:cloudrun/iamBinding:IamBinding", "b", {
		"service": "router",
		"role": "roles/run.invoker",
		"members": [stack.invoker, "allAuthenticatedUsers"],
	})
	["b", "fail"] in _judged(stack.with_also(binding))
}

test_fails_without_a_member if ["caller", "fail"] in _judged(stack.unset_in("caller", ["/member"]))

test_undetermined_when_the_member_is_unknown if ["caller", "undetermined"] in _calling(fixture.unknown)
