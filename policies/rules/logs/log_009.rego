# METADATA
# title: Only the charter's auditors read the audit views
# description: |
#   A log view is shared with none but logging.auditors, under the role that reads and does nothing else.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LOG-009
#   severity: high
#   group: logs
#   needs_charter: true
#   judges:
#     - "gcp:logging/logViewIamMember:LogViewIamMember"
#     - "gcp:logging/logViewIamBinding:LogViewIamBinding"
#     - "gcp:logging/logViewIamPolicy:LogViewIamPolicy"
#   remediation: Remove the member, or name it in the charter's logging.auditors; grant roles/logging.viewAccessor only.
#   controls: []
package lockgate.rules.logs.log_009

import data.lockgate.lib.iam
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("LOG-009", resource, status, message) if {
	some resource in plan.of_any([
		"gcp:logging/logViewIamMember:LogViewIamMember",
		"gcp:logging/logViewIamBinding:LogViewIamBinding",
		"gcp:logging/logViewIamPolicy:LogViewIamPolicy",
	])
	grants := iam.grants(resource)
	status := value.worst({_allowed(grant) | some grant in grants})
	message := sprintf("read by %s as %s; the charter's auditors are %s", [
		concat(", ", sort({value.show(grant.member) | some grant in grants})),
		concat(", ", sort({value.show(grant.role) | some grant in grants})),
		concat(", ", sort(input.charter.logging.auditors)),
	])
}

_allowed(grant) := value.worst({
	value.equals(grant.role, data.params.logs.viewer_role),
	value.one_of(grant.member, {auditor | some auditor in input.charter.logging.auditors}),
})
