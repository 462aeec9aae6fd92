package lockgate.rules.governance.gov_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.governance.gov_003

_judged(overrides) := statuses if {
	statuses := fixture.statuses(gov_003.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_dpia(overrides) := {"governance": {"dpia": overrides}}

test_passes_on_file if _judged({}) == {["", "pass"]}

test_passes_by_a_link if _judged(_dpia({"reference": "https://intranet.example.com/dpia/claims"})) == {["", "pass"]}

test_passes_without_personal_data if _judged({"data": {"personal": false}, "governance": {"dpia": null}}) == {["", "pass"]}

test_fails_without_one if _judged(_dpia(null)) == {["", "fail"]}

test_fails_with_a_reference_that_finds_nothing if {
	_judged(_dpia({"reference": "the usual one"})) == {["", "fail"]}
	_judged(_dpia({"reference": "TBD 1"})) == {["", "fail"]}
}

test_fails_before_its_approval if _judged(_dpia({"approved_on": "2026-12-01"})) == {["", "fail"]}

test_fails_when_it_is_old if _judged(_dpia({"approved_on": "2023-11-21"})) == {["", "fail"]}
