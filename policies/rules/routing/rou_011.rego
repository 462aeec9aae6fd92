# METADATA
# title: Who is meant to call may call
# description: |
#   Each of routing.callers may call the router, the account of each trigger may call what it triggers, and the
#   scheduler's account what it asks. A caller that is refused finds another way, and a trigger that is refused is
#   silent: the spend guard would never hear the budget.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-011
#   severity: high
#   group: routing
#   needs_charter: true
#   judges: stack
#   remediation: Grant roles/run.invoker on the function's service to the member, with a gcp.cloudrunv2.ServiceIamMember.
#   controls: []
package lockgate.rules.routing.rou_011

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.serving

_job := "gcp:cloudscheduler/job:Job"

_needs contains {"member": {"state": "known", "value": caller}, "target": router, "who": caller} if {
	some caller in input.charter.routing.callers
	some router in serving.carriers
}

_needs contains {"member": _by_trigger(target), "target": target, "who": "the trigger's account"} if {
	some target in serving.all
	serving.on_event(target)
}

_needs contains {"member": _by_job(job), "target": target, "who": "the scheduler's account"} if {
	some job in plan.of(_job)
	some type, _ in data.params.routing.services
	some target in plan.referred(job, "httpTarget", type)
}

_by_trigger(target) := serving.member(target, ["eventTrigger", "serviceAccountEmail"])

_by_job(job) := serving.member(job, ["httpTarget", "oidcToken", "serviceAccountEmail"])

_judged contains {"need": need, "status": status} if {
	some need in _needs
	status := _status(need)
}

_status(need) := "fail" if {
	need.member.state == "absent"
} else := serving.granted(need.target.urn, data.params.routing.invoker_roles, need.member)

findings contains result.on_stack("ROU-011", one.status, message) if {
	some one in _judged
	one.status != "pass"
	message := sprintf(_texts[one.status], [one.need.who, one.need.target.name])
}

_texts := {
	"fail": "%s may not call %s",
	"undetermined": "whether %s may call %s is unknown until the deployment",
}

findings contains result.on_stack("ROU-011", "fail", "there is no router that the charter's callers could call") if {
	count(serving.carriers) == 0
}

findings contains result.on_stack("ROU-011", "pass", sprintf("%d callers and triggers may call", [count(_judged)])) if {
	count(serving.carriers) > 0
	every one in _judged {
		one.status == "pass"
	}
}
