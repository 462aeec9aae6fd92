package lockgate.rules.finance.fin_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_006

_judged(rules) := _judged_by(rules, fixture.charter)

_judged_by(rules, charter) := statuses if {
	budget := fixture.budget({"thresholdRules": rules})
	statuses := fixture.statuses(fin_006.findings) with input as fixture.judged([budget], charter)
}

_at(share, basis) := {"thresholdPercent": share, "spendBasis": basis}

_wanting(thresholds) := fixture.chartered({"money": {"thresholds": thresholds}})

test_passes_on_forecast if _judged([_at(1, "FORECASTED_SPEND")]) == {["b", "pass"]}

test_fails_without_any if _judged([]) == {["b", "fail"]}

test_fails_on_actual_spend_alone if _judged([_at(1, "CURRENT_SPEND")]) == {["b", "fail"]}

test_fails_at_another_share if _judged([_at(1.2, "FORECASTED_SPEND")]) == {["b", "fail"]}

test_fails_when_the_charter_wants_none if {
	_judged_by([_at(1, "FORECASTED_SPEND")], _wanting([{"percent": 50, "basis": "current"}])) == {["b", "fail"]}
}

test_undetermined_when_a_basis_is_unknown if _judged([_at(1, fixture.unknown)]) == {["b", "undetermined"]}
