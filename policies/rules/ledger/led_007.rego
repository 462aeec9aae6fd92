# METADATA
# title: The router keeps its ledger in the plan's database
# description: |
#   A router that carries routes takes LEDGER_HOST from a PostgreSQL instance of the plan within the residency, names a
#   database and a user of that instance, and is that user. A ledger kept in a file goes with its instance, and one kept
#   elsewhere under rules that nobody judged: N of them spend N budgets.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LED-007
#   severity: critical
#   group: ledger
#   needs_charter: true
#   judges: ["gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function", "gcp:cloudrun/service:Service", "gcp:cloudrunv2/service:Service"]
#   remediation: Set LEDGER_HOST to privateIpAddress of the stack's gcp.sql.DatabaseInstance, LEDGER_DATABASE to its database, LEDGER_USER to its user for the router's account (without .gserviceaccount.com), and no LEDGER_FILE.
#   controls: []
package lockgate.rules.ledger.led_007

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

_instance := "gcp:sql/databaseInstance:DatabaseInstance"

_database := "gcp:sql/database:Database"

_user := "gcp:sql/user:User"

_carriers := {router.urn | some router in serving.carriers}

findings contains result.of("LED-007", resource, status, message) if {
	some resource in serving.all
	[status, message] := _judgement(resource)
}

_judgement(resource) := ["skipped", "carries no routes, so it spends nothing of the ledger's"] if {
	not resource.urn in _carriers
} else := [status, concat("; ", _said(parts, status))] if {
	parts := _parts(resource, {instance.urn | some instance in _taken(resource, _instance)})
	status := value.worst({part | some part in parts})
}

_parts(resource, urns) := {
	"LEDGER_HOST is no private address of a PostgreSQL instance of the plan": _host(serving.environment(resource, "LEDGER_HOST"), urns),
	"LEDGER_DATABASE is no database of that instance": _named(resource, "LEDGER_DATABASE", _database, urns),
	"LEDGER_USER is no user of that instance": _named(resource, "LEDGER_USER", _user, urns),
	"LEDGER_USER is another account than the router's": _itself(resource, serving.environment(resource, "LEDGER_USER")),
	"LEDGER_FILE keeps the ledger in a file": _unset(serving.environment(resource, "LEDGER_FILE")),
}

_said(_, "pass") := ["keeps its ledger in the plan's database"]

_said(parts, "fail") := sort([text | some text, part in parts; part == "fail"])

_said(parts, "undetermined") := sort([sprintf("%s as far as is known before the deployment", [text]) |
	some text, part in parts
	part == "undetermined"
])

_unset(given) := "pass" if {
	given.state == "absent"
} else := "fail"

# What a service's variables are taken from.
_taken(resource, type) := [target |
	some property in ["serviceConfig", "environmentVariables", "template"]
	some target in plan.referred(resource, property, type)
]

# Once deployed, the address is known to the engine's plans.
_host(given, urns) := "fail" if {
	given.state == "known"
	value.matches(given, data.params.ledger.private_host) == "fail"
} else := "fail" if {
	given.state == "absent"
} else := value.worst({_kept_well(plan.by_urn[urn]) | some urn in urns}) if {
	count(urns) > 0
} else := "fail" if {
	given.state == "known"
} else := "undetermined"

_kept_well(instance) := value.worst({
	value.matches(value.at(instance, ["databaseVersion"]), data.params.ledger.version_pattern),
	value.one_of(value.at(instance, ["region"]), input.charter.data.residency),
})

_named(resource, variable, type, urns) := "pass" if {
	some target in _meant(resource, serving.environment(resource, variable), type)
	count(plan.named_urns(target, ["instance"], _instance) & urns) > 0
} else := "undetermined" if {
	serving.environment(resource, variable).state in {"unknown", "secret"}
} else := "undetermined" if {
	count(urns) == 0
	serving.environment(resource, "LEDGER_HOST").state in {"unknown", "secret"}
} else := "fail"

_meant(resource, given, type) := [target | some target in plan.of(type); value.at(target, ["name"]) == given] if {
	given.state == "known"
} else := _taken(resource, type) if {
	given.state == "unknown"
} else := []

_itself(resource, given) := value.equals(given, serving.login(resource).value) if {
	serving.login(resource).state == "known"
	given.state != "unknown"
} else := "pass" if {
	some user in _taken(resource, _user)
	some account in plan.referred(user, "name", "gcp:serviceaccount/account:Account")
	account in plan.referred(resource, "serviceConfig", "gcp:serviceaccount/account:Account")
} else := "undetermined"
