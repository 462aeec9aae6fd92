package lockgate.rules.ledger.led_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.ledger.led_006

_good := {"edition": "ENTERPRISE", "tier": "db-custom-1-3840", "diskSize": 20, "diskAutoresize": false, "availabilityType": "REGIONAL"}

_with(settings, charter) := statuses if {
	instance := fixture.resource("gcp:sql/databaseInstance:DatabaseInstance", "i", {"settings": settings})
	statuses := fixture.statuses(led_006.findings) with input as fixture.judged([instance], charter)
}

_judged(overrides) := _with(object.union(_good, overrides), fixture.charter)

_single := fixture.chartered({"capacity": {"database": {"high_availability": false}}})

test_passes if _judged({}) == {["i", "pass"]}

test_passes_for_the_dearer_edition_where_the_tier_is_of_it if {
	tier := "db-perf-optimized-N-2"
	charter := fixture.chartered({"capacity": {"database": {"tier": tier}}})
	_with(object.union(_good, {"edition": "ENTERPRISE_PLUS", "tier": tier}), charter) == {["i", "pass"]}
}

test_fails_for_the_dearer_edition_without_need if {
	_judged({"edition": "ENTERPRISE_PLUS"}) == {["i", "fail"]}
	_judged({"edition": null}) == {["i", "fail"]}
}

test_passes_without_a_standby_where_none_is_asked_for if {
	_with(object.union(_good, {"availabilityType": "ZONAL"}), _single) == {["i", "pass"]}
}

test_fails_for_another_tier if _judged({"tier": "db-custom-16-65536"}) == {["i", "fail"]}

test_fails_for_another_disk if {
	_judged({"diskSize": 21}) == {["i", "fail"]}
	_judged({"diskSize": 10}) == {["i", "fail"]}
}

test_fails_for_a_disk_that_grows if {
	_judged({"diskAutoresize": true}) == {["i", "fail"]}
	_judged({"diskAutoresize": null}) == {["i", "fail"]}
}

test_fails_without_the_standby if {
	_judged({"availabilityType": "ZONAL"}) == {["i", "fail"]}
	_judged({"availabilityType": null}) == {["i", "fail"]}
}

test_fails_with_a_standby_that_nobody_pays_for if _with(_good, _single) == {["i", "fail"]}

test_undetermined_when_unknown if _judged({"tier": fixture.unknown}) == {["i", "undetermined"]}
