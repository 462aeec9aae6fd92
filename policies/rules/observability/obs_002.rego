# METADATA
# title: Somebody is told when the budget is spent
# description: |
#   An alert policy speaks as soon as the spend guard logs that spend has reached the limit. From then on every case
#   falls back, and people have to know why.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-002
#   severity: critical
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Add the observability component, or an alert policy with threshold 0 on a log-based metric that counts entries with jsonPayload.event="spend" AND severity="CRITICAL".
#   controls: []
package lockgate.rules.observability.obs_002

import data.lockgate.lib.alert
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("OBS-002", statuses, {
	"pass": "somebody is told when spend reaches the limit",
	"undetermined": "whether somebody is told when spend reaches the limit is unknown until the deployment",
	"fail": "nobody is told when spend reaches the limit",
}) if {
	statuses := {status |
		some found in alert.measuring["spend limit"]
		status := value.worst({alert.heard(found.policy), alert.from(found, 0), alert.soon(found), alert.in_sum(found)})
	}
}
