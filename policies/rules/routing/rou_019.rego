# METADATA
# title: Operators can pause the router
# description: |
#   Each router reads its switch from a bucket of the plan that holds nothing else of the functions (SWITCH_BUCKET), and
#   each of routing.operators may write it. Without a switch a model that misbehaves goes on until the next deployment.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-019
#   severity: high
#   group: routing
#   needs_charter: true
#   judges: stack
#   remediation: Set SWITCH_BUCKET of the router to a bucket of its own, grant the router's account roles/storage.objectViewer on it, and each of routing.operators roles/storage.objectUser.
#   controls: ["EU AI Act Art. 14"]
package lockgate.rules.routing.rou_019

import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

_judged contains {"status": status, "text": sprintf("%s looks for its switch in no bucket of the plan", [router.name])} if {
	some router in serving.carriers
	status := serving.switch(router).status
}

_judged contains {"status": "fail", "text": sprintf("%s has its switch beside the source or the spend record", [router.name])} if {
	some router in serving.carriers
	count(serving.switch(router).urns & serving.record_buckets) > 0
}

_judged contains {"status": status, "text": sprintf("%s may not read its switch", [router.name])} if {
	some router in serving.carriers
	status := _may(router, data.params.routing.reader_roles, serving.runs_as(router))
}

_judged contains {"status": status, "text": sprintf("%s may not pause %s", [operator, router.name])} if {
	some router in serving.carriers
	some operator in serving.operators
	status := _may(router, data.params.routing.writer_roles, {"state": "known", "value": operator})
}

_judged contains {"status": "fail", "text": "there is no router to pause"} if count(serving.carriers) == 0

_may(router, roles, member) := value.best({serving.granted(urn, roles, member) | some urn in serving.switch(router).urns})

findings contains result.on_stack("ROU-019", one.status, message) if {
	some one in _judged
	one.status != "pass"
	message := sprintf("%s%s", [one.text, _ends[one.status]])
}

_ends := {"fail": "", "undetermined": ", as far as is known before the deployment"}

findings contains result.on_stack("ROU-019", "pass", sprintf("routers follow a switch that %d operators may write", [count(serving.operators)])) if {
	every one in _judged {
		one.status == "pass"
	}
}
