# METADATA
# title: Somebody is told when the router is silent
# description: |
#   An alert policy speaks when no heartbeat has found the router ready for half an hour. A router that is down logs
#   nothing, so no other alert would speak.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-006
#   severity: high
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Add the observability component, or an alert policy with conditionAbsent on a log-based metric that counts entries with jsonPayload.event="probe" AND severity="INFO".
#   controls: []
package lockgate.rules.observability.obs_006

import data.lockgate.lib.alert
import data.lockgate.lib.item
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("OBS-006", statuses, {
	"pass": "somebody is told when the router is silent",
	"undetermined": "whether somebody is told when the router is silent is unknown until the deployment",
	"fail": sprintf("nobody is told when no heartbeat found the router ready for %d s", [data.params.observability.max_silence_seconds]),
}) if {
	statuses := {value.worst({alert.heard(found.policy), _absent(found)}) | some found in alert.measuring.heartbeats}
}

_absent(found) := "undetermined" if {
	found.text.state != "known"
} else := value.at_most(value.seconds(item.part(found.condition, "duration")), data.params.observability.max_silence_seconds) if {
	found.kind == "conditionAbsent"
} else := "fail"
