# METADATA
# title: Functions send everything through the stack's network
# description: |
#   Each function or service is joined to a network of the plan and sends all traffic there, where the firewall lets
#   it reach Google's APIs and nothing else. By default only private addresses go there and the rest to the internet.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-007
#   severity: high
#   group: routing
#   needs_charter: false
#   judges: ["gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function", "gcp:cloudrun/service:Service", "gcp:cloudrunv2/service:Service"]
#   remediation: Set serviceConfig.directVpcNetworkInterfaces to the stack's subnet and serviceConfig.directVpcEgress to VPC_EGRESS_ALL_TRAFFIC.
#   controls: []
package lockgate.rules.routing.rou_007

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

findings contains result.of("ROU-007", resource, status, message) if {
	some resource in serving.all
	egress := _egress(resource)
	networks := [place | some path in _paths(resource); place := value.at(resource, path); _given(place)]
	status := value.worst({value.one_of(egress, data.params.routing.all_egress), _joined(resource, networks)})
	message := sprintf("egress is %s, through %s%s", [value.show(egress), _through(networks), _wanted[status]])
}

_wanted := {"pass": "", "undetermined": "", "fail": "; all of it has to go through a network of the stack"}

_paths(resource) := data.params.routing.services[resource.type].network

_given(place) if {
	place.state != "absent"
	place != {"state": "known", "value": []}
}

# A connector has an egress setting of its own.
_egress(resource) := value.at(resource, ["serviceConfig", "vpcConnectorEgressSettings"]) if {
	value.at(resource, ["serviceConfig", "vpcConnector"]).state != "absent"
} else := serving.setting(resource, "egress")

_through([]) := "no network"

_through(networks) := "a network" if count(networks) > 0

_joined(_, []) := "fail"

_joined(resource, networks) := "pass" if {
	count(networks) > 0
	some path in _paths(resource)
	some type in _types
	count(plan.referred(resource, path[0], type)) > 0
} else := "pass" if {
	some place in networks
	some text in _texts(place)
	regex.replace(text, `^.*/`, "") in _names
} else := "undetermined" if {
	some place in networks
	_unknown(place)
} else := "fail"

_types := ["gcp:compute/subnetwork:Subnetwork", "gcp:compute/network:Network", "gcp:vpcaccess/connector:Connector"]

_names contains value.at(target, ["name"]).value if some target in plan.of_any(_types)

_unknown(place) if place.state in {"unknown", "secret"}

_unknown(place) if {
	some interface in place.value
	some part in interface
	part == {"$unknown": true}
}

_texts(place) := {place.value} if {
	is_string(place.value)
} else := {part |
	some interface in place.value
	some part in interface
	is_string(part)
}
