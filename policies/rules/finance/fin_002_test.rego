package lockgate.rules.finance.fin_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_002

_type := "gcp:billing/budget:Budget"

_amount(units, currency) := {"amount": {"specifiedAmount": {"units": units, "currencyCode": currency}}}

_judged(inputs) := statuses if {
	statuses := fixture.statuses(fin_002.findings) with input as fixture.plan([fixture.resource(_type, "b", inputs)])
}

test_passes_at_the_limit if _judged(_amount("6000", "EUR")) == {["b", "pass"]}

test_fails_above_the_limit if _judged(_amount("6001", "EUR")) == {["b", "fail"]}

test_fails_in_another_currency if _judged(_amount("6000", "USD")) == {["b", "fail"]}

test_fails_without_an_amount if _judged({"amount": {"lastPeriodAmount": true}}) == {["b", "fail"]}

test_fails_when_the_amount_is_no_number if _judged(_amount("lots", "EUR")) == {["b", "fail"]}

test_undetermined_when_the_amount_is_unknown if {
	_judged(_amount(fixture.unknown, "EUR")) == {["b", "undetermined"]}
}

test_undetermined_when_the_whole_amount_is_unknown if {
	_judged({"amount": fixture.unknown}) == {["b", "undetermined"]}
}
