package lockgate.rules.ledger.led_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.ledger.led_005

_judged(type, inputs, protect) := statuses if {
	resource := object.union(fixture.resource(type, "x", inputs), {"protect": protect})
	statuses := fixture.statuses(led_005.findings) with input as fixture.plan([resource])
}

_instance := "gcp:sql/databaseInstance:DatabaseInstance"

_enabled(enabled) := {"settings": {"deletionProtectionEnabled": enabled}}

test_passes_for_a_protected_instance if _judged(_instance, _enabled(true), true) == {["x", "pass"]}

test_passes_for_a_protected_database if _judged("gcp:sql/database:Database", {}, true) == {["x", "pass"]}

test_fails_without_protection_by_the_program if _judged(_instance, _enabled(true), false) == {["x", "fail"]}

test_fails_for_a_database_without_protection if _judged("gcp:sql/database:Database", {}, false) == {["x", "fail"]}

test_fails_without_protection_by_google if _judged(_instance, _enabled(null), true) == {["x", "fail"]}

test_fails_without_protection_by_the_provider if {
	_judged(_instance, object.union(_enabled(true), {"deletionProtection": false}), true) == {["x", "fail"]}
}

test_undetermined_when_unknown if _judged(_instance, _enabled(fixture.unknown), true) == {["x", "undetermined"]}
