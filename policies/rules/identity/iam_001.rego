# METADATA
# title: No primitive roles
# description: |
#   Nobody is given owner, editor, viewer or browser on a project, folder or organisation. These roles are
#   older than IAM and hold thousands of permissions: whoever has one can undo every other guardrail, or read
#   every record.
# schemas:
#   - input: schema["input"]
# custom:
#   id: IAM-001
#   severity: critical
#   group: identity
#   needs_charter: false
#   judges: ["gcp:projects/iAMMember:IAMMember", "gcp:projects/iAMBinding:IAMBinding", "gcp:projects/iAMPolicy:IAMPolicy", "gcp:folder/iAMMember:IAMMember", "gcp:folder/iAMBinding:IAMBinding", "gcp:folder/iAMPolicy:IAMPolicy", "gcp:organizations/iAMMember:IAMMember", "gcp:organizations/iAMBinding:IAMBinding", "gcp:organizations/iAMPolicy:IAMPolicy", "gcp:projects/defaultServiceAccounts:DefaultServiceAccounts"]
#   remediation: Grant a custom role (gcp.projects.IAMCustomRole) with exactly the permissions used.
#   controls: ["CKV_GCP_117"]
package lockgate.rules.identity.iam_001

import data.lockgate.lib.iam
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("IAM-001", resource, status, _message(status, roles)) if {
	some resource in iam.wide
	roles := {grant.role | some grant in iam.grants(resource)}
	status := value.worst({value.none_of(role, data.params.identity.primitive_roles) | some role in roles})
}

# Google makes a project's default accounts editors of it.
findings contains result.of("IAM-001", defaults, status, message) if {
	some defaults in plan.of("gcp:projects/defaultServiceAccounts:DefaultServiceAccounts")
	action := value.at(defaults, ["action"])
	status := value.one_of(action, ["DEPRIVILEGE", "DISABLE", "DELETE"])
	message := sprintf("the default service accounts: action is %s", [value.show(action)])
}

_message(status, roles) := sprintf("grants %s, a primitive role", [concat(", ", sort(named))]) if {
	status == "fail"
	named := {role.value | some role in roles; role.value in data.params.identity.primitive_roles}
} else := "which role is granted is unknown until the deployment" if {
	status == "undetermined"
} else := "grants no primitive role"
