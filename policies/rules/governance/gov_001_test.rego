package lockgate.rules.governance.gov_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.governance.gov_001

_judged(overrides) := statuses if {
	statuses := fixture.statuses(gov_001.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_with_owners if _judged({}) == {["", "pass"]}

test_fails_without_a_compliance_owner if _judged({"governance": {"compliance_owner": "todo@example.com"}}) == {["", "fail"]}

test_fails_without_a_governance_owner if _judged({"governance": {"governance_owner": "nobody@example.com"}}) == {["", "fail"]}
