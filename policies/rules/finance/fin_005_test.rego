package lockgate.rules.finance.fin_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_005

_judged(rules) := _judged_by(rules, fixture.charter)

_judged_by(rules, charter) := statuses if {
	budget := fixture.budget({"thresholdRules": rules})
	statuses := fixture.statuses(fin_005.findings) with input as fixture.judged([budget], charter)
}

_at(share, basis) := {"thresholdPercent": share, "spendBasis": basis}

_wanting(thresholds) := fixture.chartered({"money": {"thresholds": thresholds}})

_current := "CURRENT_SPEND"

test_passes_with_each_threshold if _judged([_at(0.5, _current), _at(0.9, _current), _at(1, "FORECASTED_SPEND")]) == {["b", "pass"]}

test_passes_with_the_default_basis if _judged([{"thresholdPercent": 0.5}, {"thresholdPercent": 0.9}]) == {["b", "pass"]}

test_passes_in_spite_of_binary_fractions if {
	_judged_by([_at(0.57, _current)], _wanting([{"percent": 57, "basis": "current"}])) == {["b", "pass"]}
}

test_fails_without_one_of_them if _judged([_at(0.5, _current)]) == {["b", "fail"]}

test_fails_without_any if _judged([]) == {["b", "fail"]}

test_fails_when_one_is_moved if _judged([_at(0.5, _current), _at(0.95, _current)]) == {["b", "fail"]}

test_fails_when_one_is_on_forecast if _judged([_at(0.5, _current), _at(0.9, "FORECASTED_SPEND")]) == {["b", "fail"]}

test_fails_when_all_are_above_the_limit if {
	_judged_by([_at(1.5, _current)], _wanting([{"percent": 150, "basis": "current"}])) == {["b", "fail"]}
}

test_undetermined_when_a_share_is_unknown if _judged([_at(0.5, _current), _at(fixture.unknown, _current)]) == {["b", "undetermined"]}

test_undetermined_when_a_basis_is_unknown if _judged([_at(0.5, _current), _at(0.9, fixture.unknown)]) == {["b", "undetermined"]}

test_undetermined_when_all_are_unknown if _judged(fixture.unknown) == {["b", "undetermined"]}
