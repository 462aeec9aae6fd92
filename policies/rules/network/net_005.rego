# METADATA
# title: Egress is denied by default
# description: |
#   Each VPC has a firewall rule that denies everything to everywhere for all of its machines. Google's own
#   default is the opposite: what no rule denies may leave, and data with it.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-005
#   severity: critical
#   group: network
#   needs_charter: false
#   judges: ["gcp:compute/network:Network"]
#   remediation: Add a gcp.compute.Firewall on the network with direction EGRESS, denies protocol all, destinationRanges 0.0.0.0/0, without targets.
#   controls: []
package lockgate.rules.network.net_005

import data.lockgate.lib.network
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_everywhere := ["0.0.0.0/0"]

findings contains result.of("NET-005", vpc, status, _texts[status]) if {
	some vpc in plan.of(_type)
	status := value.best(object.get(_of_network, vpc.urn, set()) | _of_any_network)
}

_type := "gcp:compute/network:Network"

# What each rule that denies comes to in the network that it is in.
_of_network[vpc.urn] contains _status(rule) if {
	some rule in _denying
	some vpc in plan.named(rule.resource, ["network"], _type)
}

_of_any_network contains value.worst({"undetermined", _status(rule)}) if {
	some rule in _denying
	plan.refers(rule.resource, ["network"], _type) == "undetermined"
}

_denying := [rule |
	some rule in network.firewalls
	rule.action == "deny"
	rule.resource.type == "gcp:compute/firewall:Firewall"
	not rule.narrowed
]

_status(rule) := value.worst({
	value.equals(rule.direction, "EGRESS"),
	value.none_of(rule.disabled, [true]),
	value.best({value.equals(layer.protocol, "all") | some layer in rule.layers}),
	_to_everywhere(rule.ranges),
})

# An egress rule without ranges is one for all of them.
_to_everywhere(ranges) := "pass" if {
	ranges.state == "absent"
} else := value.best({value.one_of(range, _everywhere) | some range in value.items(ranges)})

_texts := {
	"pass": "what no rule allows may not leave it",
	"fail": "no firewall rule denies all egress: what no rule denies may leave it",
	"undetermined": "whether a firewall rule denies all egress is unknown until the deployment",
}
