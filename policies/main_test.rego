package lockgate.main_test

import data.lockgate.lib.fixture
import data.lockgate.main

test_every_rule_with_something_to_judge_speaks if {
	findings := main.findings with input as fixture.plan([fixture.resource("gcp:billing/budget:Budget", "b", {})])
	{"FIN-001", "FIN-002"} & {finding.rule | some finding in findings} == {"FIN-001", "FIN-002"}
}

test_a_question_about_some_groups_is_answered_by_their_rules_alone if {
	plan := fixture.plan([fixture.resource("gcp:billing/budget:Budget", "b", {})])
	part := {finding.rule | some finding in main.findings} with input as object.union(plan, {"groups": ["finance"]})
	"FIN-001" in part
	every rule in part {
		startswith(rule, "FIN-")
	}
}
