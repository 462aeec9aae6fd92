# METADATA
# title: The ledger knows no passwords
# description: |
#   Whoever logs in to a Cloud SQL instance does so with the token of a service account or a group, and each log-in
#   is logged: IAM authentication is on, no user has a password, and each service account among the users is the
#   plan's. Only the router, which owns the ledger's tables, is of the role that owns the database.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LED-003
#   severity: high
#   group: ledger
#   needs_charter: false
#   judges: ["gcp:sql/databaseInstance:DatabaseInstance", "gcp:sql/user:User"]
#   remediation: Set the flags cloudsql.iam_authentication, log_connections and log_disconnections to on, make users of type CLOUD_IAM_SERVICE_ACCOUNT, drop passwords, and give databaseRoles cloudsqlsuperuser to nobody but the router's account.
#   controls: ["CIS GCP 6.2.2", "CIS GCP 6.2.3"]
package lockgate.rules.ledger.led_003

import data.lockgate.lib.charter
import data.lockgate.lib.iam
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

findings contains result.of("LED-003", resource, status, message) if {
	some resource in plan.of_any(["gcp:sql/databaseInstance:DatabaseInstance", "gcp:sql/user:User"])
	checks := _checks(resource)
	status := value.worst({check.status | some check in checks})
	message := _message(status, [check.text | some check in checks; check.status == status])
}

_message(status, texts) := "logs in by IAM, without a password" if {
	status == "pass"
} else := concat("; ", texts)

_checks(resource) := array.concat(_passwords(resource, ["rootPassword", "rootPasswordWo"]), [_flag(resource, name) |
	some name in data.params.ledger.flags
]) if {
	resource.type == "gcp:sql/databaseInstance:DatabaseInstance"
} else := array.concat(_passwords(resource, ["password", "passwordWo"]), [
	{
		"status": value.one_of(type, data.params.ledger.iam_users),
		"text": sprintf("type is %s; it has to be one of IAM's", [value.show(type)]),
	},
	{"status": _roles(roles, name), "text": "databaseRoles are those of an administrator"},
	{"status": _known(resource, type, name), "text": sprintf("%s is no service account of the stack", [value.show(name)])},
]) if {
	type := value.at(resource, ["type"])
	roles := value.at(resource, ["databaseRoles"])
	name := value.at(resource, ["name"])
}

_passwords(resource, keys) := [{"status": "fail", "text": sprintf("%s is set", [key])} |
	some key in keys
	value.at(resource, [key]).state != "absent"
]

_flag(resource, name) := {"status": value.best(statuses), "text": sprintf("the flag %s is not on", [name])} if {
	statuses := {_on(flag, name) | some flag in value.items(value.at(resource, ["settings", "databaseFlags"]))}
}

_on(flag, name) := "undetermined" if {
	flag.state == "unknown"
} else := value.equals(value.of(flag.value.value), "on") if {
	flag.value.name == name
} else := "fail"

# A service account's user has its address without the suffix .gserviceaccount.com.
_known(resource, type, name) := "pass" if {
	not charter.present
} else := "pass" if {
	type.state == "known"
	not type.value in data.params.ledger.account_users
} else := "pass" if {
	name.state == "unknown"
	count(plan.referred(resource, "name", "gcp:serviceaccount/account:Account")) > 0
} else := "undetermined" if {
	name.state == "unknown"
} else := "pass" if {
	iam.accounts[iam.own_account(sprintf("%v.gserviceaccount.com", [name.value]))]
} else := "fail"

_roles(roles, name) := value.one_of(name, _owners) if {
	some role in value.items(roles)
	role.value == "cloudsqlsuperuser"
} else := "undetermined" if {
	roles.state == "unknown"
} else := "pass"

# From PostgreSQL 15 on nobody but the database's owner, this role of Cloud SQL's, makes tables in its schema public.
_owners contains serving.login(router).value if some router in serving.carriers
