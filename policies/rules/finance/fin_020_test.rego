package lockgate.rules.finance.fin_020_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_020

_judged(resource) := _judged_by(resource, fixture.charter)

_judged_by(resource, charter) := statuses if {
	statuses := fixture.statuses(fin_020.findings) with input as fixture.judged([resource], charter)
}

_info(account) := fixture.resource("gcp:billing/projectInfo:ProjectInfo", "info", {"billingAccount": account})

_grant(role) := fixture.resource("gcp:billing/accountIamMember:AccountIamMember", "grant", {"role": role})

test_passes_on_the_account_of_the_charter if _judged(_info("0A1B2C-3D4E5F-6A7B8C")) == {["info", "pass"]}

test_passes_without_a_charter_on_any_account if _judged_by(_info("000000-000000-000000"), null) == {["info", "pass"]}

test_fails_when_billing_is_detached if {
	_judged(_info("")) == {["info", "fail"]}
	_judged_by(_info(""), null) == {["info", "fail"]}
}

test_fails_on_another_account if _judged(_info("000000-000000-000000")) == {["info", "fail"]}

test_undetermined_on_an_unknown_account if _judged(_info(fixture.unknown)) == {["info", "undetermined"]}

test_passes_for_a_reader if _judged(_grant("roles/billing.viewer")) == {["grant", "pass"]}

test_fails_for_an_administrator if _judged(_grant("roles/billing.admin")) == {["grant", "fail"]}

test_fails_for_a_policy_that_replaces_all_grants if {
	_judged(fixture.resource("gcp:billing/accountIamPolicy:AccountIamPolicy", "grant", {"policyData": "{}"})) == {["grant", "fail"]}
}

test_undetermined_for_an_unknown_role if _judged(_grant(fixture.unknown)) == {["grant", "undetermined"]}
