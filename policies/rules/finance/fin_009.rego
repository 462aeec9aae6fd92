# METADATA
# title: Google's budget service may publish to the budget's topic
# description: |
#   The account by which Google publishes budget messages is a publisher of the topic, and the plan says so. Google
#   adds it when a budget is connected, but an IAM policy applied later takes it away without a word.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-009
#   severity: high
#   group: finance
#   needs_charter: false
#   judges: ["gcp:billing/budget:Budget"]
#   remediation: Grant roles/pubsub.publisher on the topic to billing-budget-alert@system.gserviceaccount.com with a gcp.pubsub.TopicIAMMember, without a condition.
#   controls: []
package lockgate.rules.finance.fin_009

import data.lockgate.lib.budget
import data.lockgate.lib.plan
import data.lockgate.lib.value

findings contains budget.say("FIN-009", watching, status, message) if {
	some watching in budget.all
	topics := budget.topics(watching)
	status := _status(topics)
	message := sprintf("%s is %s a publisher of the budget's topic", [data.params.finance.budget_publisher, _is[status]])
}

_is := {"pass": "planned to be", "fail": "not", "undetermined": "not known to be", "skipped": "not judged as"}

_status([]) := "skipped"

_status(topics) := value.worst({value.best(object.get(_of_topic, topic.urn, set()) | _of_any_topic) | some topic in topics}) if {
	count(topics) > 0
}

_grants := plan.of_any(["gcp:pubsub/topicIAMMember:TopicIAMMember", "gcp:pubsub/topicIAMBinding:TopicIAMBinding"])

# What each grant comes to on the topic that it is on.
_of_topic[urn] contains _granted(grant) if {
	some grant in _grants
	some urn in plan.named_urns(grant, ["topic"], _topic)
}

_of_any_topic contains value.worst({"undetermined", _granted(grant)}) if {
	some grant in _grants
	plan.refers(grant, ["topic"], _topic) == "undetermined"
}

_topic := "gcp:pubsub/topic:Topic"

_granted(grant) := value.worst({
	value.equals(value.at(grant, ["role"]), "roles/pubsub.publisher"),
	_member(grant),
	_unconditional(value.at(grant, ["condition"])),
})

_member(grant) := value.best({value.equals(member, data.params.finance.budget_publisher) |
	some member in array.concat([value.at(grant, ["member"])], value.items(value.at(grant, ["members"])))
})

_unconditional(condition) := "pass" if {
	condition.state == "absent"
} else := value.equals(condition, {})
