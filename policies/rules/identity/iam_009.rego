# METADATA
# title: What a workload may do, only a workload does
# description: |
#   A role of the stack's own is given to service accounts of the stack alone, and nothing in the whole project to a
#   single person, a domain or a default account. Whoever else has a workload's role calls the models past the router,
#   its screen and its ledger.
# schemas:
#   - input: schema["input"]
# custom:
#   id: IAM-009
#   severity: high
#   group: identity
#   needs_charter: false
#   judges: ["gcp:projects/iAMMember:IAMMember", "gcp:projects/iAMBinding:IAMBinding", "gcp:projects/iAMPolicy:IAMPolicy", "gcp:folder/iAMMember:IAMMember", "gcp:folder/iAMBinding:IAMBinding", "gcp:folder/iAMPolicy:IAMPolicy", "gcp:organizations/iAMMember:IAMMember", "gcp:organizations/iAMBinding:IAMBinding", "gcp:organizations/iAMPolicy:IAMPolicy"]
#   remediation: Give the role to an account of the stack; people get a predefined role through a group.
#   controls: []
package lockgate.rules.identity.iam_009

import data.lockgate.lib.charter
import data.lockgate.lib.iam
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("IAM-009", resource, status, message) if {
	some resource in iam.wide
	judged := {_judgement(resource, grant) | some grant in iam.grants(resource)}
	status := value.worst({one[0] | some one in judged})
	said := {one[1] | some one in judged; one[0] == status}
	message := concat("; ", sort(said | {"grants nothing to anybody" | count(judged) == 0}))
}

_judgement(resource, grant) := ["pass", "is taken from an account of the stack, or from a service agent"] if {
	grant.member.state != "known"
	iam.takes_member_from_account(resource)
} else := ["undetermined", "who is given the role is unknown until the deployment"] if {
	grant.member.state != "known"
} else := ["pass", "is for a service agent of Google's"] if {
	iam.is_google_agent(grant.member.value)
} else := ["fail", sprintf("is for %s, neither a group nor a service account", [grant.member.value])] if {
	not regex.match(`^(group|serviceAccount|principal|principalSet):`, grant.member.value)
} else := ["fail", sprintf("is for %s, a default account", [grant.member.value])] if {
	some pattern in data.params.identity.default_accounts
	regex.match(pattern, grant.member.value)
} else := ["fail", sprintf("gives %s, a role of the stack, to %s", [value.show(grant.role), grant.member.value])] if {
	_own_role(resource, grant.role)
	not _own_account(grant.member.value)
} else := ["pass", "is for a group or an account to which it suits"]

_own_role(resource, role) if {
	role.state == "unknown"
	count(plan.referred(resource, "role", "gcp:projects/iAMCustomRole:IAMCustomRole")) > 0
}

_own_role(_, role) if regex.replace(role.value, `^projects/[^/]+/roles/`, "") in _role_ids

_role_ids := {value.at(custom, ["roleId"]).value | some custom in plan.of("gcp:projects/iAMCustomRole:IAMCustomRole")}

_own_account(member) if iam.accounts[iam.own_account(member)]

_own_account(member) if {
	not charter.present
	id := trim_suffix(regex.find_n(`[a-z0-9-]+@`, member, 1)[0], "@")
	iam.accounts[id]
}
