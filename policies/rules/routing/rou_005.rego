# METADATA
# title: Nothing routes otherwise than the charter
# description: |
#   Each function or service that is called over HTTP carries the charter's routes, and each that carries routes
#   carries those; its newest revision takes all calls. A second router with looser routes, or an old revision that
#   goes on answering, is a way around the first.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-005
#   severity: critical
#   group: routing
#   needs_charter: true
#   judges: ["gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function", "gcp:cloudrun/service:Service", "gcp:cloudrunv2/service:Service"]
#   remediation: Compile ROUTES from the charter, as the routing component does, leave allTrafficOnLatestRevision at true, or remove the function.
#   controls: ["EU AI Act Art. 14"]
package lockgate.rules.routing.rou_005

import data.lockgate.lib.item
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

findings contains result.of("ROU-005", resource, status, message) if {
	some resource in serving.all
	[status, message] := _judgement(resource, serving.environment(resource, "ROUTES"))
}

_archive := ["buildConfig", "source", "storageSource", "object"]

_archives contains value.at(router, _archive).value if some router in serving.carriers

_judgement(resource, said) := ["fail", "is built from a router's archive, which does not start without ROUTES"] if {
	serving.on_event(resource)
	said.state == "absent"
	value.at(resource, _archive).value in _archives
} else := ["pass", "is triggered by events and routes no case"] if {
	serving.on_event(resource)
	said.state == "absent"
} else := ["fail", "is called over HTTP and carries no routes"] if {
	said.state == "absent"
} else := ["undetermined", "what it routes is unknown until the deployment"] if {
	said.state != "known"
} else := ["fail", sprintf("ROUTES differs from the charter's routing in %s", [concat(", ", sort(_differing(said)))])] if {
	serving.routed(resource) != "pass"
} else := ["fail", "not all calls go to the newest revision, so old routes may answer"] if {
	value.none_of(value.at(resource, ["serviceConfig", "allTrafficOnLatestRevision"]), [false]) == "fail"
} else := ["fail", "not all calls go to the newest revision, so old routes may answer"] if {
	some traffic in value.items(value.at(resource, ["traffics"]))
	item.part(traffic, "type") != {"state": "known", "value": "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"}
} else := ["pass", "carries the charter's routes"]

_differing(said) := {name |
	some name in (object.keys(serving.routes) | object.keys(theirs))
	object.get(serving.routes, name, null) != object.get(theirs, name, null)
} if {
	json.is_valid(item.text(said))
	theirs := json.unmarshal(item.text(said))
	is_object(theirs)
} else := {"its form: it is no JSON object"}
