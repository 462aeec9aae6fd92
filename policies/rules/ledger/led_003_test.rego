package lockgate.rules.ledger.led_003_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.ledger.led_003

_flags := [{"name": name, "value": "on"} |
	some name in ["cloudsql.iam_authentication", "log_connections", "log_disconnections"]
]

_account := fixture.resource("gcp:serviceaccount/account:Account", "router", {"accountId": "router"})

_of(resource) := status if {
	findings := led_003.findings with input as fixture.plan([_account, resource])
	some [_, status] in fixture.statuses(findings)
}

_judged(type, inputs) := _of(fixture.resource(type, "x", inputs))

_instance(flags) := _judged("gcp:sql/databaseInstance:DatabaseInstance", {"settings": {"databaseFlags": flags}})

_user(overrides) := _judged("gcp:sql/user:User", object.union(
	{"name": "router@acme-claims-prod.iam", "type": "CLOUD_IAM_SERVICE_ACCOUNT"},
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

test_passes_for_a_group if _user({"type": "CLOUD_IAM_GROUP", "name": "finops@example.com"}) == "pass"

test_passes_for_a_reference_to_an_account if {
	user := fixture.resource("gcp:sql/user:User", "x", {"name": fixture.unknown, "type": "CLOUD_IAM_SERVICE_ACCOUNT"})
	_of(fixture.taking(user, "name", _account)) == "pass"
}

test_passes_for_any_account_without_a_charter if {
	user := fixture.resource("gcp:sql/user:User", "x", {"name": "a@p.iam", "type": "CLOUD_IAM_SERVICE_ACCOUNT"})
	findings := led_003.findings with input as fixture.judged([user], null)
	fixture.statuses(findings) == {["x", "pass"]}
}

test_fails_for_an_account_that_is_not_the_stacks if {
	_user({"name": "stranger@other.iam"}) == "fail"
	_user({"name": "sleeper@acme-claims-prod.iam"}) == "fail"
}

test_undetermined_when_the_name_is_unknown if _user({"name": fixture.unknown}) == "undetermined"

test_fails_for_a_user_of_the_database if {
	_user({"type": "BUILT_IN"}) == "fail"
	_user({"type": null}) == "fail"
}

test_fails_for_a_person if _user({"type": "CLOUD_IAM_USER"}) == "fail"

test_fails_with_a_password if _user({"password": fixture.secret}) == "fail"

test_fails_for_an_administrator if _user({"databaseRoles": ["cloudsqlsuperuser"]}) == "fail"

_beside_the_router(name) := status if {
	user := fixture.resource("gcp:sql/user:User", "x", {
		"name": name,
		"type": "CLOUD_IAM_SERVICE_ACCOUNT",
		"databaseRoles": ["cloudsqlsuperuser"],
	})
	findings := led_003.findings with input as fixture.plan(stack.with_also(user))
	some ["x", status] in fixture.statuses(findings)
}

test_passes_for_the_router_as_owner_of_its_tables if _beside_the_router("router@acme-claims-prod.iam") == "pass"

test_fails_for_another_workload_as_owner if _beside_the_router("guard@acme-claims-prod.iam") == "fail"

test_undetermined_for_an_owner_of_no_known_name if _beside_the_router(fixture.unknown) == "undetermined"

test_undetermined_when_the_type_is_unknown if {
	_user({"type": fixture.unknown}) == "undetermined"
	_user({"databaseRoles": fixture.unknown}) == "undetermined"
}
