# METADATA
# title: Something listens to the budget's topic
# description: |
#   A function, a trigger or a subscription takes the budget's messages from the topic. A topic that nothing reads
#   is a mailbox without an owner.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-011
#   severity: high
#   group: finance
#   needs_charter: false
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Trigger the spend guard by the budget's topic (eventTrigger.pubsubTopic), or subscribe to it.
#   controls: []
package lockgate.rules.finance.fin_011

import data.lockgate.lib.budget
import data.lockgate.lib.plan
import data.lockgate.lib.value

_readers := {
	"gcp:pubsub/subscription:Subscription": ["topic"],
	"gcp:cloudfunctionsv2/function:Function": ["eventTrigger", "pubsubTopic"],
	"gcp:cloudfunctions/function:Function": ["eventTrigger", "resource"],
	"gcp:eventarc/trigger:Trigger": ["transport", "pubsub", "topic"],
}

findings contains budget.say("FIN-011", watching, status, _messages[status]) if {
	some watching in budget.all
	status := _status(budget.topics(watching))
}

_messages := {
	"pass": "something of the stack reads the topic",
	"fail": "nothing of the stack reads the budget's topic",
	"undetermined": "nothing is known to read the budget's topic: what some reader reads is unknown until the deployment",
	"skipped": "there is no topic of the stack that something could read",
}

_status([]) := "skipped"

_status(topics) := value.worst({value.best({"pass" | topic.urn in _read} | _unread) | some topic in topics}) if count(topics) > 0

_topic := "gcp:pubsub/topic:Topic"

_read contains urn if {
	some type, path in _readers
	some reader in plan.of(type)
	some urn in plan.named_urns(reader, path, _topic)
}

# What is read is not known: it may be any topic.
_unread contains "undetermined" if {
	some type, path in _readers
	some reader in plan.of(type)
	plan.refers(reader, path, _topic) == "undetermined"
}
