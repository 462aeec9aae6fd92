# METADATA
# title: There is a ledger
# description: |
#   The plan has a PostgreSQL instance in a region of data.residency, with a database on it and a user for each
#   service account that may log in. Google's figures of spend are up to a day old; the ledger's are not.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LED-001
#   severity: critical
#   group: ledger
#   needs_charter: true
#   judges: stack
#   remediation: Add the ledger component, or a gcp.sql.DatabaseInstance of POSTGRES_15 or later with a Database and a User for each account that logs in.
#   controls: []
package lockgate.rules.ledger.led_001

import data.lockgate.lib.iam
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_instance := "gcp:sql/databaseInstance:DatabaseInstance"

_instances := plan.of(_instance)

findings contains result.any_of("LED-001", statuses, {
	"pass": "a PostgreSQL instance within the residency has a database",
	"undetermined": "whether a PostgreSQL instance within the residency has a database is unknown until the deployment",
	"fail": "no PostgreSQL instance within the residency has a database: nothing keeps count of what is spent",
}) if {
	statuses := {_status(instance) | some instance in _instances}
}

_status(instance) := value.worst({
	value.matches(value.at(instance, ["databaseVersion"]), data.params.ledger.version_pattern),
	value.one_of(value.at(instance, ["region"]), input.charter.data.residency),
	value.best(object.get(_databases, instance.urn, set()) | _loose),
})

# The databases of each instance, and those of which the instance is not known.
_databases[urn] contains "pass" if {
	some database in plan.of("gcp:sql/database:Database")
	some urn in plan.named_urns(database, ["instance"], _instance)
}

_loose := {"undetermined" |
	some database in plan.of("gcp:sql/database:Database")
	plan.refers(database, ["instance"], _instance) == "undetermined"
}

# The accounts that a custom role lets log in have a user each, under the address without its suffix.
_logins := {login |
	some resource in iam.wide
	some grant in iam.grants(resource)
	strings.any_suffix_match(item.text(grant.role), _roles)
	login := trim_suffix(trim_prefix(item.text(grant.member), "serviceAccount:"), ".gserviceaccount.com")
}

_roles := {sprintf("/roles/%v", [role.inputs.roleId]) |
	some role in plan.of("gcp:projects/iAMCustomRole:IAMCustomRole")
	data.params.identity.ledger_login in object.get(role.inputs, "permissions", [])
}

_users := {value.at(user, ["name"]).value |
	some user in plan.of("gcp:sql/user:User")
	value.at(user, ["type"]).value in data.params.ledger.account_users
	count(plan.named_urns(user, ["instance"], _instance)) > 0
}

findings contains result.on_stack("LED-001", "fail", message) if {
	some login in (_logins - _users)
	message := sprintf("%s may log in to the ledger, but is no user of it", [login])
}
