package lockgate.main_test

import data.lockgate.lib.fixture
import data.lockgate.main

test_every_rule_with_something_to_judge_speaks if {
	findings := main.findings with input as fixture.plan([fixture.resource("gcp:billing/budget:Budget", "b", {})])
	{"FIN-001", "FIN-002"} & {finding.rule | some finding in findings} == {"FIN-001", "FIN-002"}
}
