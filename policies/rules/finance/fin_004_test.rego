package lockgate.rules.finance.fin_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_004

_judged(filter) := statuses if {
	budget := fixture.budget({"budgetFilter": filter})
	statuses := fixture.statuses(fin_004.findings) with input as fixture.plan([budget])
}

test_passes_before_credits if _judged({"creditTypesTreatment": "EXCLUDE_ALL_CREDITS"}) == {["b", "pass"]}

test_fails_by_default if _judged({}) == {["b", "fail"]}

test_fails_after_some_credits if {
	_judged({"creditTypesTreatment": "INCLUDE_SPECIFIED_CREDITS", "creditTypes": ["PROMOTION"]}) == {["b", "fail"]}
}

test_undetermined_when_unknown if _judged({"creditTypesTreatment": fixture.unknown}) == {["b", "undetermined"]}
