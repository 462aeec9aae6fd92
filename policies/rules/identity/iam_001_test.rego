package lockgate.rules.identity.iam_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.identity.iam_001

_judged(type, inputs) := statuses if {
	statuses := fixture.statuses(iam_001.findings) with input as fixture.plan([fixture.resource(type, "g", inputs)])
}

_member := "gcp:projects/iAMMember:IAMMember"

_policy := "gcp:projects/iAMPolicy:IAMPolicy"

_to(role) := {"role": role, "member": "group:claims@example.com"}

test_passes_for_a_custom_role if _judged(_member, _to("projects/p/roles/x")) == {["g", "pass"]}

test_fails_for_each_primitive_role if {
	every role in ["roles/owner", "roles/editor", "roles/viewer", "roles/browser"] {
		_judged(_member, _to(role)) == {["g", "fail"]}
	}
}

test_fails_in_a_binding_on_a_folder if {
	inputs := {"role": "roles/editor", "members": ["group:a@example.com", "group:b@example.com"]}
	_judged("gcp:folder/iAMBinding:IAMBinding", inputs) == {["g", "fail"]}
}

test_fails_in_a_policy if {
	data_ := json.marshal({"bindings": [{"role": "roles/owner", "members": ["user:a@example.com"]}]})
	_judged(_policy, {"policyData": data_}) == {["g", "fail"]}
}

test_passes_in_a_policy_without_one if {
	data_ := json.marshal({"bindings": [{"role": "roles/logging.viewer", "members": ["user:a@example.com"]}]})
	_judged(_policy, {"policyData": data_}) == {["g", "pass"]}
}

_defaults := "gcp:projects/defaultServiceAccounts:DefaultServiceAccounts"

test_passes_when_default_accounts_lose_their_role if _judged(_defaults, {"action": "DEPRIVILEGE"}) == {["g", "pass"]}

test_fails_when_default_accounts_get_it_back if _judged(_defaults, {"action": "UNDEPRIVILEGE"}) == {["g", "fail"]}

test_undetermined_when_the_role_is_unknown if _judged(_member, _to(fixture.unknown)) == {["g", "undetermined"]}

test_undetermined_when_the_policy_is_unknown if {
	_judged(_policy, {"policyData": fixture.unknown}) == {["g", "undetermined"]}
}

test_undetermined_when_the_policy_is_no_json if {
	_judged(_policy, {"policyData": "bindings: []"}) == {["g", "undetermined"]}
}
