package lockgate.rules.finance.fin_017_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_017

_judged(overrides) := statuses if {
	statuses := fixture.statuses(fin_017.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

_of(date) := {"money": {"exchange": {"date": date}}}

test_passes_when_fresh if _judged({}) == {["", "pass"]}

test_passes_on_the_day if _judged(_of("2026-11-22")) == {["", "pass"]}

test_passes_on_the_last_day if _judged(_of("2026-08-22")) == {["", "pass"]}

test_fails_when_old if _judged(_of("2026-08-21")) == {["", "fail"]}

test_fails_in_the_future if _judged(_of("2026-11-23")) == {["", "fail"]}

test_the_day_is_that_of_utc if {
	base := fixture.judged([], fixture.chartered(_of("2026-11-23")))
	statuses := fixture.statuses(fin_017.findings) with input as object.union(base, {"now": "2026-11-22T23:30:00-05:00"})
	statuses == {["", "pass"]}
}
