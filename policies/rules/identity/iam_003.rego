# METADATA
# title: A custom role serves one duty
# description: |
#   The permissions of a custom role all belong to one duty of a GenAI workload (to answer, to build, to call,
#   …), as the parameters list them. A permission that none of the stack's code uses is one that only an
#   intruder will.
# schemas:
#   - input: schema["input"]
# custom:
#   id: IAM-003
#   severity: high
#   group: identity
#   needs_charter: false
#   judges: ["gcp:projects/iAMCustomRole:IAMCustomRole", "gcp:organizations/iAMCustomRole:IAMCustomRole"]
#   remediation: Remove the permission, split the role by duty, or have security add the permission to a duty in policies/data/identity.json.
#   controls: []
package lockgate.rules.identity.iam_003

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_types := ["gcp:projects/iAMCustomRole:IAMCustomRole", "gcp:organizations/iAMCustomRole:IAMCustomRole"]

findings contains result.of("IAM-003", role, status, message) if {
	some role in plan.of_any(_types)
	permissions := value.items(value.at(role, ["permissions"]))
	known := {permission.value | some permission in permissions; permission.state == "known"}
	excess := _excess(known)
	[status, message] := _judgement(permissions, known, excess)
}

# What the duty that fits best leaves over.
_excess(known) := excess if {
	overs := {[count(over), over] |
		some permissions in data.params.identity.duties
		over := known - {permission | some permission in permissions}
	}
	excess := min(overs)[1]
}

_judgement(permissions, known, excess) := ["fail", text] if {
	count(excess) > 0
	text := sprintf("holds %s, which no duty beside its other %d permissions uses", [concat(", ", sort({sprintf("%v", [one]) | some one in excess})), count(known - excess)])
} else := ["fail", "holds no permission: a role without any is bound by mistake"] if {
	count(permissions) == 0
} else := ["undetermined", "some of its permissions are unknown until the deployment"] if {
	count(known) < count(permissions)
} else := ["pass", sprintf("holds %d permissions of one duty", [count(known)])]
