# METADATA
# title: A spent budget closes the router
# description: |
#   A function is triggered by the budget's topic, again after a failure, and writes the spend record to the bucket in
#   which each router reads it (STATE_BUCKET on both). Budget alerts tell people; only this stops calls while they sleep.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-014
#   severity: critical
#   group: routing
#   needs_charter: true
#   judges: stack
#   remediation: Add the spend guard of the routing component. It needs eventTrigger.pubsubTopic on the budget's topic with RETRY_POLICY_RETRY, STATE_BUCKET as the router has it, and roles/storage.objectUser on that bucket, of which the router needs roles/storage.objectViewer.
#   controls: []
package lockgate.rules.routing.rou_014

import data.lockgate.lib.budget
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

_topics contains topic.urn if {
	some watching in budget.all
	budget.answers(watching)
	some topic in budget.topics(watching)
}

_hears(function) if {
	some topic in plan.named(function, ["eventTrigger", "pubsubTopic"], "gcp:pubsub/topic:Topic")
	topic.urn in _topics
}

# What the budget's topic triggers, and what is wrong with each.
_guards := [{"resource": function, "parts": _parts(function)} |
	some function in serving.all
	serving.on_event(function)
	_hears(function)
]

_parts(function) := {
	"does not hear messages": value.equals(value.at(function, ["eventTrigger", "eventType"]), data.params.routing.message_event),
	"hears messages outside the residency": _place(value.at(function, ["eventTrigger", "triggerRegion"])),
	"is not tried again after a failure": value.equals(value.at(function, ["eventTrigger", "retryPolicy"]), "RETRY_POLICY_RETRY"),
	"keeps its record in no bucket of the plan": serving.state(function).status,
	"may not write the record": _may(function, data.params.routing.writer_roles),
}

# Without a region the trigger is where the function is.
_place(region) := "pass" if {
	region.state == "absent"
} else := value.one_of(region, input.charter.data.residency)

_may(function, roles) := value.best({serving.granted(urn, roles, serving.runs_as(function)) | some urn in serving.state(function).urns})

_judged contains {"status": status, "text": sprintf("%s %s", [guard.resource.name, text])} if {
	some guard in _guards
	some text, status in guard.parts
}

_judged contains {"status": status, "text": sprintf("%s does not share the record of a spend guard", [router.name])} if {
	some router in serving.carriers
	status := value.one_of(serving.environment(router, "STATE_BUCKET"), _kept)
}

_judged contains {"status": status, "text": sprintf("%s may not read the record", [router.name])} if {
	some router in serving.carriers
	status := _may(router, array.concat(data.params.routing.reader_roles, data.params.routing.writer_roles))
}

_judged contains {"status": "fail", "text": "the budget's topic triggers no function"} if count(_guards) == 0

_judged contains {"status": "fail", "text": "there is no router to close"} if count(serving.carriers) == 0

# Where the guards keep their records.
_kept contains serving.environment(guard.resource, "STATE_BUCKET").value if some guard in _guards

findings contains result.on_stack("ROU-014", one.status, message) if {
	some one in _judged
	one.status != "pass"
	message := sprintf("%s%s", [one.text, _ends[one.status]])
}

_ends := {"fail": "", "undetermined": ", as far as is known before the deployment"}

findings contains result.on_stack("ROU-014", "pass", "the budget's topic triggers a function whose record closes the router") if {
	every one in _judged {
		one.status == "pass"
	}
}
