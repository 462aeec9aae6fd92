# METADATA
# title: The budget speaks to a topic
# description: |
#   The budget publishes to a Pub/Sub topic of the stack, so that something can act on spend. A mail waits for
#   somebody to read it.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-008
#   severity: high
#   group: finance
#   needs_charter: false
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Set allUpdatesRule.pubsubTopic to the id of a gcp.pubsub.Topic of this stack.
#   controls: []
package lockgate.rules.finance.fin_008

import data.lockgate.lib.budget
import data.lockgate.lib.value

findings contains budget.say("FIN-008", watching, status, _messages[status]) if {
	some watching in budget.all
	status := _status(watching)
}

_status(watching) := "pass" if {
	count(budget.topics(watching)) > 0
} else := "fail" if {
	value.at(watching, ["allUpdatesRule", "pubsubTopic"]).state == "absent"
} else := "undetermined"

_messages := {
	"pass": "publishes to a topic of the stack",
	"fail": "allUpdatesRule.pubsubTopic is not set: nothing is told of spend but mailboxes",
	"undetermined": "allUpdatesRule.pubsubTopic names no topic of the stack, so who reads it cannot be seen",
}
