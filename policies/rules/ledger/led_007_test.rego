package lockgate.rules.ledger.led_007_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as stack
import data.lockgate.rules.ledger.led_007

_instance := fixture.resource("gcp:sql/databaseInstance:DatabaseInstance", "pg", {
	"name": "pg",
	"databaseVersion": "POSTGRES_17",
	"region": "europe-west4",
})

_database := fixture.resource("gcp:sql/database:Database", "ledger", {"name": "ledger", "instance": "pg"})

_user := fixture.resource("gcp:sql/user:User", "user", {"name": "router@acme-claims-prod.iam", "instance": "pg"})

_account := fixture.resource("gcp:serviceaccount/account:Account", "someone", {"accountId": "someone"})

_variables := {
	"LEDGER_HOST": fixture.unknown,
	"LEDGER_DATABASE": "ledger",
	"LEDGER_USER": "router@acme-claims-prod.iam",
}

# The router with some variables, and what they are taken from.
_router(variables, from) := object.union(stack.router, {
	"propertyDependencies": {"serviceConfig": [one.urn | some one in from]},
	"inputs": {"serviceConfig": {"environmentVariables": variables}},
})

_with(router, others) := statuses if {
	resources := array.concat([router, _account], others)
	statuses := fixture.statuses(led_007.findings) with input as fixture.plan(resources)
}

_judged(variables) := _with(_router(object.union(_variables, variables), [_instance]), [_instance, _database, _user])

_changed(path, value) := _with(_router(_variables, [_instance]), [json.patch(_instance, patch), _database, _user]) if {
	patch := [{"op": "replace", "path": path, "value": value}]
}

_said(variable, value) := _judged({variable: value}) == {["router", "fail"]}

test_passes_when_the_router_takes_its_database_from_the_plan if _judged({}) == {["router", "pass"]}

test_passes_once_the_address_is_known if _judged({"LEDGER_HOST": "10.7.0.3"}) == {["router", "pass"]}

test_passes_when_names_are_taken_from_the_plan if {
	variables := {"LEDGER_HOST": fixture.unknown, "LEDGER_DATABASE": fixture.unknown, "LEDGER_USER": fixture.unknown}
	user := fixture.taking(object.union(_user, {"inputs": {"name": fixture.unknown}}), "name", _account)
	from := [_instance, _database, user, _account]
	_with(_router(variables, from), [_instance, _database, user]) == {["router", "pass"]}
}

test_skips_what_carries_no_routes if {
	["guard", "skipped"] in _with(_router(_variables, [_instance]), [_instance, _database, _user, stack.guard])
}

test_fails_without_a_host if {
	router := _router(object.remove(_variables, ["LEDGER_HOST"]), [_instance])
	_with(router, [_instance, _database, _user]) == {["router", "fail"]}
}

test_fails_for_a_public_host if {
	_said("LEDGER_HOST", "203.0.113.9")
	_said("LEDGER_HOST", "ledger.example.com")
}

test_fails_for_an_address_that_is_not_taken_from_the_plan if {
	router := _router(object.union(_variables, {"LEDGER_HOST": "10.7.0.3"}), [])
	_with(router, [_instance, _database, _user]) == {["router", "fail"]}
}

test_fails_for_an_instance_of_another_kind if _changed("/inputs/databaseVersion", "MYSQL_8_4") == {["router", "fail"]}

test_fails_for_an_instance_outside_the_residency if _changed("/inputs/region", "us-central1") == {["router", "fail"]}

test_fails_for_another_database if {
	_said("LEDGER_DATABASE", "postgres")
	_said("LEDGER_DATABASE", null)
}

test_fails_for_a_database_of_another_instance if {
	other := object.union(_database, {"inputs": {"instance": "elsewhere"}})
	_with(_router(_variables, [_instance]), [_instance, other, _user]) == {["router", "fail"]}
}

test_fails_for_another_user if {
	_said("LEDGER_USER", "postgres")
	_said("LEDGER_USER", null)
}

test_fails_for_a_user_that_the_router_is_not if {
	guard := fixture.resource("gcp:sql/user:User", "guards", {"name": "guard@acme-claims-prod.iam", "instance": "pg"})
	router := _router(object.union(_variables, {"LEDGER_USER": "guard@acme-claims-prod.iam"}), [_instance])
	_with(router, [_instance, _database, _user, guard]) == {["router", "fail"]}
}

test_fails_for_a_ledger_in_a_file if _said("LEDGER_FILE", "/tmp/ledger.db")

test_undetermined_when_the_host_is_of_unknown_origin if {
	_with(_router(_variables, []), [_instance, _database, _user]) == {["router", "undetermined"]}
}

test_undetermined_when_a_name_is_unknown if {
	_judged({"LEDGER_DATABASE": fixture.unknown}) == {["router", "undetermined"]}
	_judged({"LEDGER_USER": fixture.unknown}) == {["router", "undetermined"]}
}

test_undetermined_when_a_name_is_secret if _judged({"LEDGER_DATABASE": fixture.secret}) == {["router", "undetermined"]}

test_undetermined_when_the_account_is_unknown if {
	router := _router(_variables, [_instance])
	unknown := object.union(router, {"inputs": {"serviceConfig": {"serviceAccountEmail": fixture.unknown}}})
	_with(unknown, [_instance, _database, _user]) == {["router", "undetermined"]}
}
