package lockgate.main_test

import data.lockgate.lib.fixture
import data.lockgate.main

test_every_rule_with_something_to_judge_speaks if {
	findings := main.findings with input as fixture.plan([fixture.resource("gcp:billing/budget:Budget", "b", {})])
	{"FIN-001", "FIN-002"} & {finding.rule | some finding in findings} == {"FIN-001", "FIN-002"}
}

test_a_question_about_some_groups_is_answered_by_their_rules if {
	plan := fixture.plan([fixture.resource("gcp:billing/budget:Budget", "b", {})])
	part := main.findings with input as object.union(plan, {"groups": ["finance"]})
	rest := main.findings with input as object.union(plan, {"groups": [group | some group, _ in data.lockgate.rules; group != "finance"]})
	whole := main.findings with input as plan
	{finding.rule | some finding in part} & {"FIN-001"} == {"FIN-001"}
	part & rest == set()
	part | rest == whole
}
