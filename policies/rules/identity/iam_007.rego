# METADATA
# title: Accounts and roles are complete
# description: |
#   Each service account of the project and each custom role that the plan names is also in the plan, and each
#   custom role is bound. A grant to an account that somebody else makes, or deletes and makes again, is a
#   grant to whoever that is.
# schemas:
#   - input: schema["input"]
# custom:
#   id: IAM-007
#   severity: medium
#   group: identity
#   needs_charter: true
#   judges: stack
#   remediation: Add the missing gcp.serviceaccount.Account, gcp.projects.IAMCustomRole or gcp.projects.IAMMember, or remove what names it.
#   controls: []
package lockgate.rules.identity.iam_007

import data.lockgate.lib.iam
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_account_type := "gcp:serviceaccount/account:Account"

_role_type := "gcp:projects/iAMCustomRole:IAMCustomRole"

# The accounts of the charter's project that the plan names, by id.
_named contains iam.own_account(grant.member.value) if {
	some type in iam.types
	some resource in plan.of(type)
	some grant in iam.grants(resource)
	grant.member.state == "known"
}

_named contains iam.own_account(value.at(resource, path).value) if {
	some type, paths in data.params.identity.names_account
	some resource in plan.of(type)
	some path in paths
}

_named contains iam.own_account(value.at(resource, path).value) if {
	some type, path in data.params.identity.runs_as
	some resource in plan.of(type)
}

_faults contains sprintf("the plan names the service account %s, but does not make it", [id]) if {
	some id in _named
	not iam.accounts[id]
}

# A reference to what is not there, however it was written.
_faults contains sprintf("%s refers to the service account %s, which the plan does not make", [resource.name, name]) if {
	some urn in _missing
	contains(urn, sprintf("%s::", [_account_type]))
	some resource in plan.by_urn
	urn in resource.dependencies
	name := regex.replace(urn, `^.*::`, "")
}

_missing := {urn | some resource in plan.by_urn; some urn in resource.dependencies} - _planned

_planned := {resource.urn | some resource in plan.by_urn}

_roles contains value.at(role, ["roleId"]).value if some role in plan.of(_role_type)

_prefix := sprintf("projects/%s/roles/", [input.charter.cloud.project])

_bound contains trim_prefix(role, _prefix) if {
	some resource in iam.wide
	some grant in iam.grants(resource)
	role := grant.role.value
	startswith(role, _prefix)
}

_bound contains value.at(role, ["roleId"]).value if {
	some resource in iam.wide
	some role in plan.referred(resource, "role", _role_type)
}

_faults contains sprintf("the custom role %s is bound, but the plan does not make it", [id]) if {
	some id in _bound
	not id in _roles
}

_faults contains sprintf("the custom role %s is bound to nobody", [id]) if {
	some id in _roles
	not id in _bound
}

_unknown contains resource.name if {
	some type in iam.types
	some resource in plan.of(type)
	some grant in iam.grants(resource)
	grant.member.state == "unknown"
	not iam.takes_member_from_account(resource)
}

findings contains result.on_stack("IAM-007", "fail", fault) if some fault in _faults

findings contains result.on_stack("IAM-007", "undetermined", message) if {
	count(_faults) == 0
	count(_unknown) > 0
	message := sprintf("whom %s names is unknown until the deployment", [concat(", ", sort(_unknown))])
}

findings contains result.on_stack("IAM-007", "pass", message) if {
	count(_faults) + count(_unknown) == 0
	message := sprintf("accounts named: %d; custom roles: %d; all are in the plan", [count(_named), count(_roles)])
}
