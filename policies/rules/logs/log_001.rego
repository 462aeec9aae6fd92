# METADATA
# title: Audit logs are kept in a bucket of the stack
# description: |
#   A sink brings the project's administrators' activity and Data Access logs, with nothing left out, into a log
#   bucket of the plan. Google's own buckets cannot be locked to the charter's retention or placed in its region.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LOG-001
#   severity: critical
#   group: logs
#   needs_charter: false
#   judges: stack
#   remediation: Add the logs component, or a gcp.logging.ProjectSink to a gcp.logging.ProjectBucketConfig, without exclusions, and with no filter or one of log_id("…") terms joined by OR.
#   controls: ["EU AI Act Art. 12"]
package lockgate.rules.logs.log_001

import data.lockgate.lib.logs
import data.lockgate.lib.result

findings contains result.on_stack("LOG-001", status, _messages[status]) if {
	status := logs.kept(data.params.logs.audit_terms)
}

_messages := {
	"pass": "audit logs are kept in a log bucket of the plan",
	"undetermined": "whether audit logs are kept is unknown until the deployment",
	"fail": "no sink brings all audit logs into a log bucket of the plan",
}
