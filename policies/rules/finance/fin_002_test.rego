package lockgate.rules.finance.fin_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_002

_judged(inputs) := statuses if {
	statuses := fixture.statuses(fin_002.findings) with input as fixture.plan([fixture.budget(inputs)])
}

_amount(units, currency) := {"amount": {"specifiedAmount": {"units": units, "currencyCode": currency}}}

test_passes_at_the_limit if _judged(_amount("6000", "EUR")) == {["b", "pass"]}

test_passes_without_a_fraction if {
	_judged({"amount": {"specifiedAmount": {"units": "6000", "nanos": 0, "currencyCode": "EUR"}}}) == {["b", "pass"]}
}

test_fails_above_the_limit if _judged(_amount("6001", "EUR")) == {["b", "fail"]}

test_fails_above_the_limit_by_a_fraction if {
	_judged({"amount": {"specifiedAmount": {"units": "6000", "nanos": 1, "currencyCode": "EUR"}}}) == {["b", "fail"]}
}

test_fails_at_nothing if _judged(_amount("0", "EUR")) == {["b", "fail"]}

test_fails_in_another_currency if _judged(_amount("6000", "USD")) == {["b", "fail"]}

test_fails_without_a_currency if _judged({"amount": {"specifiedAmount": {"units": "6000"}}}) == {["b", "fail"]}

test_fails_without_an_amount if _judged({"amount": {"lastPeriodAmount": true}}) == {["b", "fail"]}

test_fails_when_the_amount_is_no_number if _judged(_amount("lots", "EUR")) == {["b", "fail"]}

test_undetermined_when_the_amount_is_unknown if {
	_judged(_amount(fixture.unknown, "EUR")) == {["b", "undetermined"]}
}

test_undetermined_when_the_whole_amount_is_unknown if {
	_judged({"amount": fixture.unknown}) == {["b", "undetermined"]}
}

test_leaves_the_budget_of_another_project_alone if {
	_judged({"budgetFilter": {"projects": ["projects/999"]}}) == {["b", "skipped"]}
}
