package lockgate.rules.ledger.led_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.ledger.led_001

_instance(overrides) := fixture.resource("gcp:sql/databaseInstance:DatabaseInstance", "i", object.union(
	{"name": "ledger", "databaseVersion": "POSTGRES_17", "region": "europe-west4"},
	overrides,
))

_database := fixture.resource("gcp:sql/database:Database", "d", {"instance": "ledger", "name": "ledger"})

_role := fixture.resource("gcp:projects/iAMCustomRole:IAMCustomRole", "r", {
	"roleId": "router",
	"permissions": ["cloudsql.instances.login"],
})

_grant := fixture.resource("gcp:projects/iAMMember:IAMMember", "g", {
	"role": "projects/acme-claims-prod/roles/router",
	"member": "serviceAccount:router@acme-claims-prod.iam.gserviceaccount.com",
})

_user(type) := fixture.resource("gcp:sql/user:User", "u", {
	"instance": "ledger",
	"name": "router@acme-claims-prod.iam",
	"type": type,
})

_judged(resources) := {status | some [_, status] in statuses} if {
	statuses := fixture.statuses(led_001.findings) with input as fixture.plan(resources)
}

test_passes if {
	_judged([_instance({}), _database, _role, _grant, _user("CLOUD_IAM_SERVICE_ACCOUNT")]) == {"pass"}
}

test_passes_with_a_reference if {
	instance := _instance({"name": fixture.unknown})
	database := fixture.taking(fixture.resource("gcp:sql/database:Database", "d", {"instance": fixture.unknown}), "instance", instance)
	_judged([instance, database]) == {"pass"}
}

test_fails_without_an_instance if _judged([_database]) == {"fail"}

test_fails_without_a_database if _judged([_instance({})]) == {"fail"}

test_fails_for_another_engine if _judged([_instance({"databaseVersion": "MYSQL_8_4"}), _database]) == {"fail"}

test_fails_for_an_old_version if _judged([_instance({"databaseVersion": "POSTGRES_13"}), _database]) == {"fail"}

test_fails_outside_the_residency if _judged([_instance({"region": "us-east1"}), _database]) == {"fail"}

test_fails_without_the_user if _judged([_instance({}), _database, _role, _grant]) == {"pass", "fail"}

test_fails_for_a_user_with_a_password if {
	_judged([_instance({}), _database, _role, _grant, _user("BUILT_IN")]) == {"pass", "fail"}
}

test_undetermined_when_the_region_is_unknown if {
	_judged([_instance({"region": fixture.unknown}), _database]) == {"undetermined"}
}
