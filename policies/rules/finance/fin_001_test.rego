package lockgate.rules.finance.fin_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_001

_judged(resources) := statuses if {
	statuses := fixture.statuses(fin_001.findings) with input as fixture.plan(resources)
}

_message(resources) := message if {
	some finding in fin_001.findings with input as fixture.plan(resources)
	message := finding.message
}

_budget(filter) := fixture.resource("gcp:billing/budget:Budget", "b", {
	"billingAccount": "0A1B2C-3D4E5F-6A7B8C",
	"budgetFilter": filter,
})

_ours := {"projects": ["projects/123456789012"]}

test_passes_when_the_project_is_watched if _judged([_budget(_ours)]) == {["", "pass"]}

test_passes_with_the_account_by_its_resource_name if {
	_judged([object.union(_budget(_ours), {"inputs": {"billingAccount": "billingAccounts/0A1B2C-3D4E5F-6A7B8C"}})]) == {["", "pass"]}
}

test_passes_with_empty_filters if {
	_judged([_budget(object.union(_ours, {"services": [], "labels": {}}))]) == {["", "pass"]}
}

test_passes_beside_a_budget_that_sees_a_part if {
	part := fixture.resource("gcp:billing/budget:Budget", "part", {"budgetFilter": object.union(_ours, {"services": ["services/1"]})})
	_judged([part, _budget(_ours)]) == {["", "pass"]}
}

test_fails_without_a_budget if {
	_judged([]) == {["", "fail"]}
	_message([]) == "no budget watches the project: the plan holds none"
}

test_fails_when_another_project_is_watched if _judged([_budget({"projects": ["projects/999"]})]) == {["", "fail"]}

test_fails_when_the_spend_of_two_projects_is_mixed if {
	_judged([_budget({"projects": ["projects/123456789012", "projects/999"]})]) == {["", "fail"]}
}

test_fails_when_the_whole_billing_account_is_watched if {
	_judged([_budget({})]) == {["", "fail"]}
	contains(_message([_budget({})]), "b does not filter by this project alone")
}

test_fails_when_only_some_services_are_watched if {
	narrow := _budget(object.union(_ours, {"services": ["services/24E6-581D-38E5"]}))
	_judged([narrow]) == {["", "fail"]}
	contains(_message([narrow]), "budgetFilter.services")
}

test_fails_when_only_labelled_spend_is_watched if {
	_judged([_budget(object.union(_ours, {"labels": {"team": "a"}}))]) == {["", "fail"]}
}

test_fails_on_another_billing_account if {
	other := object.union(_budget(_ours), {"inputs": {"billingAccount": "000000-000000-000000"}})
	_judged([other]) == {["", "fail"]}
	contains(_message([other]), "is on billing account 000000-000000-000000")
}

test_undetermined_when_the_project_is_unknown if _judged([_budget({"projects": [fixture.unknown]})]) == {["", "undetermined"]}

test_undetermined_when_all_projects_are_unknown if _judged([_budget({"projects": fixture.unknown})]) == {["", "undetermined"]}

test_without_a_charter_any_one_project_will_do if {
	findings := fin_001.findings with input as fixture.judged([_budget({"projects": ["projects/1"]})], null)
	fixture.statuses(findings) == {["", "pass"]}
}

test_without_a_charter_a_budget_on_the_whole_account_fails if {
	findings := fin_001.findings with input as fixture.judged([_budget({})], null)
	fixture.statuses(findings) == {["", "fail"]}
}
