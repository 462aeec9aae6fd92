package lockgate.rules.ledger.led_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.ledger.led_003

_flags := [{"name": name, "value": "on"} |
	some name in ["cloudsql.iam_authentication", "log_connections", "log_disconnections"]
]

_judged(type, inputs) := status if {
	findings := led_003.findings with input as fixture.plan([fixture.resource(type, "x", inputs)])
	some [_, status] in fixture.statuses(findings)
}

_instance(flags) := _judged("gcp:sql/databaseInstance:DatabaseInstance", {"settings": {"databaseFlags": flags}})

_user(overrides) := _judged("gcp:sql/user:User", object.union(
	{"name": "router@p.iam", "type": "CLOUD_IAM_SERVICE_ACCOUNT"},
	overrides,
))

test_passes_for_an_instance_with_the_flags if _instance(_flags) == "pass"

test_fails_without_iam_authentication if _instance(array.slice(_flags, 1, 3)) == "fail"

test_fails_without_logs_of_connections if _instance(array.slice(_flags, 0, 1)) == "fail"

test_fails_when_a_flag_is_off if {
	_instance(array.concat(array.slice(_flags, 1, 3), [{"name": "cloudsql.iam_authentication", "value": "off"}])) == "fail"
}

test_fails_without_flags if _instance(null) == "fail"

test_fails_with_a_root_password if {
	inputs := {"settings": {"databaseFlags": _flags}, "rootPassword": fixture.secret}
	_judged("gcp:sql/databaseInstance:DatabaseInstance", inputs) == "fail"
}

test_undetermined_when_the_flags_are_unknown if {
	_instance(fixture.unknown) == "undetermined"
	_instance(array.concat(array.slice(_flags, 0, 2), [fixture.unknown])) == "undetermined"
}

test_passes_for_a_service_account if _user({}) == "pass"

test_fails_for_a_user_of_the_database if {
	_user({"type": "BUILT_IN"}) == "fail"
	_user({"type": null}) == "fail"
}

test_fails_for_a_person if _user({"type": "CLOUD_IAM_USER"}) == "fail"

test_fails_with_a_password if _user({"password": fixture.secret}) == "fail"

test_fails_for_an_administrator if _user({"databaseRoles": ["cloudsqlsuperuser"]}) == "fail"

test_undetermined_when_the_type_is_unknown if {
	_user({"type": fixture.unknown}) == "undetermined"
	_user({"databaseRoles": fixture.unknown}) == "undetermined"
}
