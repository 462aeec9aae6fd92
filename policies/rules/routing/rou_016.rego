# METADATA
# title: A heartbeat asks the router
# description: |
#   A scheduler's job asks a router at least every ten minutes whether it could answer, as a service account of the
#   stack. A router that nobody asks at night is found broken by the first customer of the morning.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-016
#   severity: medium
#   group: routing
#   needs_charter: true
#   judges: stack
#   remediation: Add a gcp.cloudscheduler.Job whose httpTarget asks the router with an oidcToken, on a schedule such as */5 * * * *, not paused.
#   controls: []
package lockgate.rules.routing.rou_016

import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

findings contains result.any_of("ROU-016", {_status(job) | some job in plan.of("gcp:cloudscheduler/job:Job")}, {
	"pass": "a heartbeat asks the router",
	"undetermined": "whether some job asks the router is unknown until the deployment",
	"fail": "no job asks a router every ten minutes or less, with a token of the stack, unpaused",
})

_status(job) := value.worst({
	_asks(job, value.at(job, ["httpTarget", "uri"])),
	value.matches(value.at(job, ["schedule"]), data.params.routing.heartbeat_schedule),
	value.none_of(value.at(job, ["paused"]), [true]),
	_posts(value.at(job, ["httpTarget", "httpMethod"])),
	value.given(job, ["httpTarget", "oidcToken", "serviceAccountEmail"]),
})

# Cloud Scheduler API v1, HttpTarget: without a method it posts.
_posts(method) := "pass" if {
	method.state == "absent"
} else := value.equals(method, "POST")

_asks(job, uri) := "pass" if {
	uri.state == "unknown"
	some type, _ in data.params.routing.services
	some target in plan.referred(job, "httpTarget", type)
	serving.environment(target, "ROUTES").state != "absent"
} else := "pass" if {
	some router in serving.carriers
	startswith(item.text(uri), sprintf("https://%s-", [item.text(value.at(router, ["name"]))]))
} else := "undetermined" if {
	uri.state in {"unknown", "secret"}
	count(object.get(job.propertyDependencies, "httpTarget", [])) == 0
} else := "fail"
