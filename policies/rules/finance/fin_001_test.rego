package lockgate.rules.finance.fin_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_001

_judged(resources) := statuses if {
	statuses := fixture.statuses(fin_001.findings) with input as fixture.plan(resources)
}

_budget(projects) := fixture.resource("gcp:billing/budget:Budget", "b", {"budgetFilter": {"projects": projects}})

test_passes_when_the_project_is_watched if _judged([_budget(["projects/123456789012"])]) == {["", "pass"]}

test_fails_without_a_budget if _judged([]) == {["", "fail"]}

test_fails_when_another_project_is_watched if _judged([_budget(["projects/999"])]) == {["", "fail"]}

test_undetermined_when_the_project_is_unknown if _judged([_budget([fixture.unknown])]) == {["", "undetermined"]}

test_undetermined_when_all_projects_are_unknown if _judged([_budget(fixture.unknown)]) == {["", "undetermined"]}
