package lockgate.rules.ledger.led_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.ledger.led_004

_good := {
	"enabled": true,
	"pointInTimeRecoveryEnabled": true,
	"location": "europe-west4",
	"transactionLogRetentionDays": 7,
	"backupRetentionSettings": {"retainedBackups": 14},
}

_with(configuration, charter) := statuses if {
	instance := fixture.resource(
		"gcp:sql/databaseInstance:DatabaseInstance", "i",
		{"settings": {"backupConfiguration": configuration}},
	)
	statuses := fixture.statuses(led_004.findings) with input as fixture.judged([instance], charter)
}

_judged(overrides) := _with(object.union(_good, overrides), fixture.charter)

test_passes if _judged({}) == {["i", "pass"]}

test_passes_with_googles_defaults if {
	_judged({"transactionLogRetentionDays": null}) == {["i", "pass"]}
}

test_passes_in_any_location_without_a_charter if {
	_with(object.union(_good, {"location": null}), null) == {["i", "pass"]}
}

test_fails_without_backups if _judged({"enabled": false}) == {["i", "fail"]}

test_fails_without_a_configuration if _with(null, fixture.charter) == {["i", "fail"]}

test_fails_without_recovery_to_a_moment if _judged({"pointInTimeRecoveryEnabled": null}) == {["i", "fail"]}

test_fails_outside_the_residency if {
	_judged({"location": "us"}) == {["i", "fail"]}
	_judged({"location": null}) == {["i", "fail"]}
}

test_fails_with_as_many_backups_as_google_keeps if _judged({"backupRetentionSettings": null}) == {["i", "fail"]}

test_fails_with_few_backups if _judged({"backupRetentionSettings": {"retainedBackups": 1}}) == {["i", "fail"]}

test_fails_with_few_logs if _judged({"transactionLogRetentionDays": 1}) == {["i", "fail"]}

test_undetermined_when_unknown if _judged({"enabled": fixture.unknown}) == {["i", "undetermined"]}
