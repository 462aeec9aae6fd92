package lockgate.rules.finance.fin_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_001

test_statuses if {
	budget := fixture.resource("gcp:billing/budget:Budget", "b", {})
	with_one := fin_001.findings with input as fixture.plan([budget])
	{f.status | some f in with_one} == {"pass"}
	without := fin_001.findings with input as fixture.plan([])
	{f.status | some f in without} == {"fail"}
}
