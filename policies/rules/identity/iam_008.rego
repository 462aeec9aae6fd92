# METADATA
# title: Grants on one resource are narrow
# description: |
#   A role on a single resource (a bucket, a topic, a service account, …) neither administers, owns nor
#   impersonates it, unless Google's own service agent has it. Keys have a rule of their own.
# schemas:
#   - input: schema["input"]
# custom:
#   id: IAM-008
#   severity: high
#   group: identity
#   needs_charter: false
#   judges: stack
#   remediation: Grant the role that reads, writes or calls (such as roles/storage.objectUser or roles/run.invoker) instead.
#   controls: []
package lockgate.rules.identity.iam_008

import data.lockgate.lib.iam
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_judged contains {"resource": resource, "grant": grant, "status": _status(grant)} if {
	some type in iam.types
	not regex.match(`^gcp:(projects|folder|organizations|kms)/`, type)
	some resource in plan.of(type)
	some grant in iam.grants(resource)
}

_status(grant) := "pass" if {
	iam.is_google_agent(grant.member.value)
} else := "fail" if {
	some pattern in data.params.identity.broad_roles
	regex.match(pattern, grant.role.value)
} else := "undetermined" if {
	grant.role.state == "unknown"
} else := "pass"

findings contains result.of("IAM-008", one.resource, one.status, message) if {
	some one in _judged
	one.status != "pass"
	message := sprintf("grants %s to %s", [value.show(one.grant.role), value.show(one.grant.member)])
}

findings contains result.on_stack("IAM-008", status, sprintf("%d of %d grants on single resources are narrow", [narrow, count(_judged)])) if {
	status := value.worst({one.status | some one in _judged})
	narrow := count([one | some one in _judged; one.status == "pass"])
}
