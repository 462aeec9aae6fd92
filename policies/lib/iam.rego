# METADATA
# title: Grants
# description: |
#   Who is given which role, whichever of Google's three forms says so: one member, all members of a role, or
#   a whole policy.
package lockgate.lib.iam

import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.value

# METADATA
# description: The types of the plan that grant a role on something.
types contains type if {
	some type
	input.by_type[type]
	regex.match(`(IAM|Iam)(Member|Binding|Policy)$`, type)
}

# METADATA
# description: The roles that a resource grants, each with its member as `role` and `member`, two values.
grants(resource) := [{"role": _text(value.at(resource, ["role"])), "member": _text(member)} |
	some member in _members(resource)
] if {
	not endswith(resource.type, "Policy")
} else := [{"role": _text(item.part(binding, "role")), "member": _text(member)} |
	some binding in value.items(value.of(_policy(resource)))
	some member in value.items(item.part(binding, "members"))
] if {
	value.at(resource, ["policyData"]).state == "known"
} else := [{"role": value.at(resource, ["policyData"]), "member": value.at(resource, ["policyData"])}]

# A policy that is no JSON grants nobody knows what.
_policy(resource) := bindings if {
	json.is_valid(item.text(value.at(resource, ["policyData"])))
	policy := json.unmarshal(resource.inputs.policyData)
	is_object(policy)
	bindings := object.get(policy, "bindings", [])
} else := [{"role": {"$unknown": true}, "members": [{"$unknown": true}]}]

# What Google would refuse is read as the text that it is.
_text(given) := {"state": "known", "value": sprintf("%v", [given.value])} if {
	given.state == "known"
	not is_string(given.value)
} else := given

_members(resource) := [value.at(resource, ["member"])] if {
	endswith(resource.type, "Member")
} else := value.items(value.at(resource, ["members"]))

# METADATA
# description: The property that holds the members of a grant.
members_property(resource) := "member" if {
	endswith(resource.type, "Member")
} else := "members" if {
	endswith(resource.type, "Binding")
} else := "policyData"

# METADATA
# description: Whether the member is a service agent, the principal by which a Google service acts in a project.
is_google_agent(member) if {
	some pattern in data.params.identity.google_agents
	regex.match(pattern, member)
}

# METADATA
# description: |
#   Whether a resource takes its unknown members from what can only be a service account: one of the plan,
#   a service agent, the writer of a sink, or Google's answer about an API that the plan enables.
takes_member_from_account(resource) if {
	sources := object.get(resource.propertyDependencies, members_property(resource), [])
	count(sources) > 0
	every urn in sources {
		plan.by_urn[urn].type in _account_types
	}
}

_account_types := {
	"gcp:logging/projectSink:ProjectSink",
	"gcp:projects/service:Service",
	"gcp:projects/serviceIdentity:ServiceIdentity",
	"gcp:serviceaccount/account:Account",
	"gcp:sql/databaseInstance:DatabaseInstance",
}

# METADATA
# description: The service accounts of the plan, by the part of their address before the project.
accounts := _accounts

# Whole at once: asked by the id, OPA would go through all accounts for each.
_accounts[id] contains account.urn if {
	some account in plan.of("gcp:serviceaccount/account:Account")
	id := value.at(account, ["accountId"]).value
}

# METADATA
# description: The id of a service account of the charter's project, from an address that may have a prefix.
own_account(text) := found[1] if {
	is_string(text)
	found := regex.find_all_string_submatch_n(
		sprintf(`([a-z0-9-]+)@%s\.iam\.gserviceaccount\.com$`, [input.charter.cloud.project]),
		text, 1,
	)[0]
}

# METADATA
# description: The resources that grant a role on a whole project, folder or organisation.
wide := [resource |
	some type in types
	regex.match(`^gcp:(projects|folder|organizations)/`, type)
	some resource in plan.of(type)
]
