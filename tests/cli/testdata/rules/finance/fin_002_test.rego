package lockgate.rules.finance.fin_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_002

test_statuses if {
	limit := fixture.charter.money.monthly_limit
	low := fixture.resource("gcp:billing/budget:Budget", "low", {"amount": {"specifiedAmount": {"units": sprintf("%v", [limit])}}})
	high := fixture.resource("gcp:billing/budget:Budget", "high", {"amount": {"specifiedAmount": {"units": sprintf("%v", [limit + 1])}}})
	findings := fin_002.findings with input as fixture.plan([low, high])
	fixture.statuses(findings) == {["low", "pass"], ["high", "fail"]}
}
