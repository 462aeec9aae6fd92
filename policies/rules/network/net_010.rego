# METADATA
# title: What runs leaves through the network
# description: |
#   A function, service or job sends all of its traffic through the stack's network. By default Google sends
#   only private ranges there, and the rest straight to the internet, past every firewall rule.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-010
#   severity: high
#   group: network
#   needs_charter: false
#   judges: ["gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function", "gcp:cloudrunv2/job:Job", "gcp:cloudrunv2/service:Service"]
#   remediation: Give it a network interface in the stack's subnet (or a connector), and send all traffic through it (directVpcEgress VPC_EGRESS_ALL_TRAFFIC, or ALL_TRAFFIC).
#   controls: []
package lockgate.rules.network.net_010

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("NET-010", resource, status, _texts[status]) if {
	some type, ways in data.params.network.leaves_through
	some resource in plan.of(type)
	status := value.best({_status(resource, way) | some way in ways})
}

_status(resource, way) := value.worst({
	_through(resource, way, value.at(resource, way.by)),
	value.equals(value.at(resource, way.egress), way.all),
})

_through(resource, way, given) := "fail" if {
	given.state == "absent"
} else := "fail" if {
	given.value in [[], {}]
} else := "pass" if {
	is_string(given.value)
} else := value.worst({_interface(resource, way, interface) | some interface in _interfaces(given.value)}) if {
	given.state == "known"
} else := "undetermined"

# Functions hold a list of interfaces; services and jobs an access with such a list, or a connector.
_interfaces(given) := given if {
	is_array(given)
} else := given.networkInterfaces if {
	is_array(given.networkInterfaces)
} else := [given]

_interface(resource, way, interface) := "pass" if {
	some key in ["subnetwork", "connector"]
	is_string(interface[key])
} else := "fail" if {
	every key in ["subnetwork", "connector"] {
		not interface[key]
	}
} else := "pass" if {
	count(plan.referred(resource, way.by[0], "gcp:compute/subnetwork:Subnetwork")) > 0
} else := "undetermined"

_texts := {
	"pass": "sends all traffic through the network",
	"fail": "does not send all of its traffic through the network",
	"undetermined": "whether all traffic goes through the network is unknown until the deployment",
}
