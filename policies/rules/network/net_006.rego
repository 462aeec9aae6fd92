# METADATA
# title: What the firewall allows is narrow and logged
# description: |
#   Each rule that allows something names private or Google's own addresses of a bounded size, protocols and
#   few ports; and every rule is logged with its metadata. One rule for 0.0.0.0/0 undoes all the others.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-006
#   severity: critical
#   group: network
#   needs_charter: false
#   judges: ["gcp:compute/firewall:Firewall", "gcp:compute/firewallPolicyRule:FirewallPolicyRule", "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule", "gcp:compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule"]
#   remediation: Name the destination (or source) as a private range of /16 or smaller, the protocol and its ports, and set logConfig.metadata to INCLUDE_ALL_METADATA.
#   controls: ["CKV_GCP_2", "CKV_GCP_3", "CIS GCP 3.6", "CIS GCP 3.7"]
package lockgate.rules.network.net_006

import data.lockgate.lib.network
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("NET-006", rule.resource, status, message) if {
	some rule in network.firewalls
	checks := array.concat(array.concat(_log(rule), _network(rule.resource)), _opening(rule))
	status := value.worst({check.status | some check in checks})
	message := _message(rule, status, [check.text | some check in checks; check.status == status])
}

_message(rule, status, texts) := concat("; ", texts) if {
	status != "pass"
} else := sprintf("%ss narrowly, and is logged", [rule.action]) if {
	rule.action == "allow"
} else := "denies, and is logged"

_log(rule) := [{
	"status": value.equals(rule.logged, "INCLUDE_ALL_METADATA"),
	"text": sprintf("its log metadata is %s; it has to be INCLUDE_ALL_METADATA", [value.show(rule.logged)]),
}]

# A rule without a network is in the project's default one, which no plan of ours guards.
_network(resource) := [] if {
	resource.type != "gcp:compute/firewall:Firewall"
} else := [{"status": value.given(resource, ["network"]), "text": "network is not set"}]

_opening(rule) := [] if {
	rule.action == "deny"
} else := array.concat(_places(rule), [_layer(layer) | some layer in rule.layers])

_places(rule) := [{"status": "pass", "text": "names its sources"}] if {
	rule.ranges.state == "absent"
	rule.sources
} else := [{"status": "fail", "text": "allows any address, because it names none"}] if {
	count(value.items(rule.ranges)) == 0
} else := [{"status": network.narrow(range), "text": sprintf("allows %s, which is wider than the stack needs", [value.show(range)])} |
	some range in value.items(rule.ranges)
]

_layer(layer) := {"status": "fail", "text": "allows every protocol"} if {
	layer.protocol.value in {"all", "0"}
} else := {"status": "undetermined", "text": "which protocol or port it allows is unknown until the deployment"} if {
	"unknown" in {layer.protocol.state, layer.ports.state}
} else := {"status": "pass", "text": "allows few ports"} if {
	_opened(layer.ports) <= data.params.network.max_ports
	_opened(layer.ports) > 0
} else := {"status": "pass", "text": "allows a protocol without ports"} if {
	not layer.protocol.value in {"tcp", "udp", "sctp", "6", "17", "132"}
} else := {"status": "fail", "text": sprintf("allows too many ports of %s", [value.show(layer.protocol)])}

_opened(ports) := sum([span | some entry in value.items(ports); span := _span(entry)])

# What is no port may be any.
_span(entry) := (1 + last) - first if {
	[first, last] := network.bounds(entry)
} else := 65536
