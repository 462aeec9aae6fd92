# METADATA
# title: Only the charter's callers call
# description: |
#   What may call a function or service is one of routing.callers, or a service account of the stack (the trigger and
#   the scheduler), and it may do nothing but call. Every other caller sends cases that nobody counted.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-010
#   severity: critical
#   group: routing
#   needs_charter: true
#   judges: ["gcp:cloudfunctions/functionIamBinding:FunctionIamBinding", "gcp:cloudfunctions/functionIamMember:FunctionIamMember", "gcp:cloudfunctions/functionIamPolicy:FunctionIamPolicy", "gcp:cloudfunctionsv2/functionIamBinding:FunctionIamBinding", "gcp:cloudfunctionsv2/functionIamMember:FunctionIamMember", "gcp:cloudfunctionsv2/functionIamPolicy:FunctionIamPolicy", "gcp:cloudrun/iamBinding:IamBinding", "gcp:cloudrun/iamMember:IamMember", "gcp:cloudrun/iamPolicy:IamPolicy", "gcp:cloudrunv2/serviceIamBinding:ServiceIamBinding", "gcp:cloudrunv2/serviceIamMember:ServiceIamMember", "gcp:cloudrunv2/serviceIamPolicy:ServiceIamPolicy"]
#   remediation: Remove the grant, or add the caller to routing.callers; grant roles/run.invoker and no more.
#   controls: ["CKV_GCP_102"]
package lockgate.rules.routing.rou_010

import data.lockgate.lib.iam
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("ROU-010", resource, status, message) if {
	some type
	data.params.routing.grants[type]
	some resource in plan.of(type)
	judged := [[_status(resource, grant), grant] | some grant in iam.grants(resource)]
	status := value.worst({one[0] | some one in judged})
	message := sprintf("%s may call with %s; routing.callers has %s", [
		concat(", ", {value.show(one[1].member) | some one in judged}),
		concat(", ", {value.show(one[1].role) | some one in judged}),
		concat(", ", input.charter.routing.callers),
	])
}

_status(resource, grant) := value.worst({value.one_of(grant.role, data.params.routing.invoker_roles), _caller(resource, grant.member)})

_caller(resource, member) := "pass" if {
	member.value in input.charter.routing.callers
} else := "pass" if {
	startswith(item.text(member), "serviceAccount:")
	iam.accounts[iam.own_account(member.value)]
} else := "pass" if {
	member.state == "unknown"
	iam.takes_member_from_account(resource)
} else := "undetermined" if {
	member.state in {"unknown", "secret"}
} else := "fail"
