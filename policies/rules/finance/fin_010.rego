# METADATA
# title: Nobody else speaks in the budget's name
# description: |
#   What reads the budget's topic acts on what it reads. Whoever else may publish there can stop the stack, or
#   keep a stop from being noticed among false messages.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-010
#   severity: high
#   group: finance
#   needs_charter: false
#   judges: ["gcp:pubsub/topicIAMMember:TopicIAMMember", "gcp:pubsub/topicIAMBinding:TopicIAMBinding", "gcp:pubsub/topicIAMPolicy:TopicIAMPolicy"]
#   remediation: Remove the grant, or move it to a topic of its own; on the budget's topic only Google's budget service publishes.
#   controls: []
package lockgate.rules.finance.fin_010

import data.lockgate.lib.budget
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_types := [
	"gcp:pubsub/topicIAMMember:TopicIAMMember",
	"gcp:pubsub/topicIAMBinding:TopicIAMBinding",
	"gcp:pubsub/topicIAMPolicy:TopicIAMPolicy",
]

_topics := {topic.urn | some watching in budget.all; some topic in budget.topics(watching)}

findings contains result.of("FIN-010", grant, status, message) if {
	some grant in plan.of_any(_types)
	status := _status(grant)
	message := sprintf("grants %s to %s%s", [
		value.show(value.at(grant, ["role"])),
		concat(", ", {value.show(member) | some member in _members(grant)}),
		_where[status],
	])
}

_where := {
	"pass": " on the budget's topic",
	"fail": " on the budget's topic, where only the budget service publishes",
	"undetermined": "; on which topic, or what, is unknown until the deployment",
	"skipped": " on another topic",
}

_status(grant) := "skipped" if {
	_on_topic(grant) == "fail"
} else := "fail" if {
	grant.type == "gcp:pubsub/topicIAMPolicy:TopicIAMPolicy"
} else := "pass" if {
	value.one_of(value.at(grant, ["role"]), _reading) == "pass"
} else := value.worst({_on_topic(grant), _only_the_service(grant)})

_on_topic(grant) := "pass" if {
	count(plan.named_urns(grant, ["topic"], _topic) & _topics) > 0
} else := "undetermined" if {
	count(_topics) > 0
	plan.refers(grant, ["topic"], _topic) == "undetermined"
} else := "fail"

_topic := "gcp:pubsub/topic:Topic"

_reading := {role | some role in data.params.finance.topic_reader_roles}

_only_the_service(grant) := value.worst({value.equals(member, data.params.finance.budget_publisher) |
	some member in _members(grant)
})

_members(grant) := members if {
	grant.type == "gcp:pubsub/topicIAMMember:TopicIAMMember"
	members := [value.at(grant, ["member"])]
} else := value.items(value.at(grant, ["members"]))
