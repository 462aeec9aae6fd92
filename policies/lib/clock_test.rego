package lockgate.lib.clock_test

import data.lockgate.lib.clock

test_counts_days_from_the_day_of_the_judgement if {
	clock.days_until("2026-11-22") == 0 with input.now as "2026-11-22T00:00:00Z"
	clock.days_until("2026-11-22") == 0 with input.now as "2026-11-22T23:59:59Z"
	clock.days_until("2026-12-01") == 9 with input.now as "2026-11-22T12:00:00Z"
	clock.days_since("2026-11-01") == 21 with input.now as "2026-11-22T12:00:00Z"
}

test_the_day_is_that_of_utc if {
	clock.days_until("2026-11-22") == -1 with input.now as "2026-11-22T20:00:00-08:00"
}
