# METADATA
# title: Somebody is told when the ledger raises an alarm
# description: |
#   An alert policy speaks as soon as the router logs an alarm of its ledger: a call that cost more than was reserved for
#   it, books that contradict each other, a process that was lost with its lease. Money is then not what the budget says.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-016
#   severity: high
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Add the observability component, or an alert policy with threshold 0 on a log-based metric that counts entries with jsonPayload.event="alarm".
#   controls: []
package lockgate.rules.observability.obs_016

import data.lockgate.lib.alert
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("OBS-016", statuses, {
	"pass": "somebody is told when the ledger raises an alarm",
	"undetermined": "whether somebody is told when the ledger raises an alarm is unknown until the deployment",
	"fail": "nobody is told when the ledger raises an alarm",
}) if {
	statuses := {status |
		some found in alert.measuring.alarms
		status := value.worst({alert.heard(found.policy), alert.from(found, 0), alert.soon(found), alert.in_sum(found)})
	}
}
