# METADATA
# title: Every alert is heard
# description: |
#   Each alert policy is enabled, speaks when an incident opens, is satisfied by any one of its conditions, and reaches
#   a channel of the plan that is on. An alert that nobody hears is a comfort, and false.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-007
#   severity: high
#   group: observability
#   needs_charter: false
#   judges: ["gcp:monitoring/alertPolicy:AlertPolicy"]
#   remediation: Set enabled to true, combiner to OR, notificationChannels to channels of the stack, and leave alertStrategy.notificationPrompts out or have OPENED among them.
#   controls: []
package lockgate.rules.observability.obs_007

import data.lockgate.lib.alert
import data.lockgate.lib.result

_messages := {
	"pass": "is enabled and reaches a channel",
	"undetermined": "whether it is enabled and reaches a channel is unknown until the deployment",
	"fail": "is off, waits for several conditions at once, keeps incidents to itself, or reaches no channel of the stack",
}

findings contains result.of("OBS-007", policy, status, _messages[status]) if {
	some policy in alert.policies
	status := alert.heard(policy)
}
