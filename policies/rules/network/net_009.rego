# METADATA
# title: Nothing is reached from outside
# description: |
#   No address, load balancer, machine or notebook of the stack is reached from the internet, no NAT or route
#   leads there, and no peering or VPN joins another network, whose ways out the plan does not show.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-009
#   severity: critical
#   group: network
#   needs_charter: false
#   judges: ["gcp:compute/address:Address", "gcp:compute/globalAddress:GlobalAddress", "gcp:compute/forwardingRule:ForwardingRule", "gcp:compute/globalForwardingRule:GlobalForwardingRule", "gcp:compute/instance:Instance", "gcp:compute/instanceTemplate:InstanceTemplate", "gcp:compute/route:Route", "gcp:compute/routerNat:RouterNat", "gcp:notebooks/instance:Instance", "gcp:workbench/instance:Instance", "gcp:compute/networkPeering:NetworkPeering", "gcp:compute/haVpnGateway:HaVpnGateway", "gcp:compute/vPNGateway:VPNGateway"]
#   remediation: Make the address INTERNAL, drop accessConfigs, NAT and routes to default-internet-gateway, and set noPublicIp (disablePublicIp) of notebooks.
#   controls: ["CKV_GCP_40", "CIS GCP 4.9"]
package lockgate.rules.network.net_009

import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("NET-009", resource, status, sprintf("%s: %s", [resource.type, _texts[status]])) if {
	some resource in plan.of_any(_types)
	status := _status(resource)
}

_types := [
	"gcp:compute/address:Address",
	"gcp:compute/globalAddress:GlobalAddress",
	"gcp:compute/forwardingRule:ForwardingRule",
	"gcp:compute/globalForwardingRule:GlobalForwardingRule",
	"gcp:compute/instance:Instance",
	"gcp:compute/instanceTemplate:InstanceTemplate",
	"gcp:compute/route:Route",
	"gcp:compute/routerNat:RouterNat",
	"gcp:notebooks/instance:Instance",
	"gcp:workbench/instance:Instance",
	"gcp:compute/networkPeering:NetworkPeering",
	"gcp:compute/haVpnGateway:HaVpnGateway",
	"gcp:compute/vPNGateway:VPNGateway",
]

_texts := {
	"pass": "is private",
	"fail": "is reached from outside the network, or leads there",
	"undetermined": "whether it is public is unknown until the deployment",
}

_status(resource) := value.equals(value.at(resource, ["addressType"]), "INTERNAL") if {
	regex.match(`:(Global)?Address$`, resource.type)
} else := _forwards(value.at(resource, ["target"]), value.at(resource, ["loadBalancingScheme"])) if {
	regex.match(`ForwardingRule$`, resource.type)
} else := value.worst(_interfaces(resource)) if {
	regex.match(`^gcp:compute/instance`, resource.type)
} else := _route(value.at(resource, ["nextHopGateway"])) if {
	resource.type == "gcp:compute/route:Route"
} else := value.equals(value.at(resource, ["noPublicIp"]), true) if {
	resource.type == "gcp:notebooks/instance:Instance"
} else := value.equals(value.at(resource, ["gceSetup", "disablePublicIp"]), true) if {
	resource.type == "gcp:workbench/instance:Instance"
} else := "fail"

_forwards(target, scheme) := "pass" if {
	target.value in data.params.network.google_apis_targets
} else := "pass" if {
	contains(item.text(target), "/serviceAttachments/")
} else := value.matches(scheme, `^INTERNAL`)

_interfaces(resource) := {_interface(interface) | some interface in value.items(value.at(resource, ["networkInterfaces"]))}

_interface(interface) := "undetermined" if {
	interface.state == "unknown"
} else := "fail" if {
	some key in ["accessConfigs", "ipv6AccessConfigs"]
	not item.part(interface, key) in {{"state": "absent"}, {"state": "known", "value": []}}
} else := "pass"

_route(gateway) := "undetermined" if {
	gateway.state == "unknown"
} else := "fail" if {
	contains(item.text(gateway), "default-internet-gateway")
} else := "pass"
