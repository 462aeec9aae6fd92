# METADATA
# title: Networks
# description: |
#   The firewall rules of a plan in one form, whichever of Google's resources says them, and the private
#   addresses through which the stack reaches Google's APIs and its database.
package lockgate.lib.network

import data.lockgate.lib.plan
import data.lockgate.lib.value

_policy_types := [
	"gcp:compute/firewallPolicyRule:FirewallPolicyRule",
	"gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
	"gcp:compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule",
]

# METADATA
# description: |
#   All firewall rules, each with `resource`, `action` ("allow" or "deny"), and as values `direction`, `ranges`,
#   `disabled` and `logged`; `layers` holds protocol and ports; `narrowed` says that it holds for some machines only.
firewalls := array.concat(_firewalls, _policy_rules)

_firewalls := [{
	"resource": rule,
	"action": _action(rule),
	"direction": value.at(rule, ["direction"]),
	"ranges": value.at(rule, [_ranges(rule, "destinationRanges", "sourceRanges")]),
	"layers": [_layer(layer, "protocol") | some layer in value.items(value.at(rule, [_layers[_action(rule)]]))],
	"disabled": value.at(rule, ["disabled"]),
	"logged": value.at(rule, ["logConfig", "metadata"]),
	"narrowed": _narrowed(rule, ["targetTags", "targetServiceAccounts"]),
	"sources": _narrowed(rule, ["sourceTags", "sourceServiceAccounts"]),
} |
	some rule in plan.of("gcp:compute/firewall:Firewall")
]

_policy_rules := [{
	"resource": rule,
	"action": _policy_action(value.at(rule, ["action"])),
	"direction": value.at(rule, ["direction"]),
	"ranges": value.at(rule, ["match", _ranges(rule, "destIpRanges", "srcIpRanges")]),
	"layers": [_layer(layer, "ipProtocol") | some layer in value.items(value.at(rule, ["match", "layer4Configs"]))],
	"disabled": value.at(rule, ["disabled"]),
	"logged": _policy_logged(value.at(rule, ["enableLogging"])),
	"narrowed": _narrowed(rule, ["targetSecureTags", "targetServiceAccounts"]),
	"sources": _narrowed(object.get(rule.inputs, "match", {}), ["srcSecureTags"]),
} |
	some rule in plan.of_any(_policy_types)
]

_layer(layer, key) := {"protocol": layer, "ports": layer} if {
	layer.state != "known"
} else := {
	"protocol": value.of(object.get(layer.value, key, null)),
	"ports": value.of(object.get(layer.value, "ports", null)),
}

_layers := {"allow": "allows", "deny": "denies"}

_action(rule) := "deny" if {
	object.get(rule.inputs, "allows", null) in {null, []}
} else := "allow"

# What is not known to deny may allow.
_policy_action(action) := "deny" if {
	action.value in {"deny", "goto_next"}
} else := "allow"

_policy_logged(logged) := {"state": "known", "value": "INCLUDE_ALL_METADATA"} if {
	logged.value == true
} else := {"state": "absent"} if {
	logged.state in {"known", "absent"}
} else := logged

# The direction of a rule that gives none is INGRESS.
_ranges(rule, egress, ingress) := ingress if {
	value.at(rule, ["direction"]).value == "INGRESS"
} else := ingress if {
	value.at(rule, ["direction"]).state == "absent"
} else := egress

_narrowed(holder, keys) if {
	some key in keys
	not object.get(object.get(holder, "inputs", holder), key, null) in {null, []}
} else := false

# METADATA
# description: |
#   pass when a range is private, or one of Google's own, and no larger than the parameters allow; fail when it
#   is neither, or no range.
narrow(range) := "undetermined" if {
	range.state in {"unknown", "secret"}
} else := "pass" if {
	some allowed in data.params.network.google_ranges
	net.cidr_contains(allowed, range.value)
} else := "pass" if {
	some allowed in data.params.network.private_ranges
	net.cidr_contains(allowed, range.value)
	_prefix(range.value) >= data.params.network.min_prefix
} else := "fail"

_prefix(range) := to_number(split(range, "/")[1]) if {
	contains(range, "/")
} else := 32

# METADATA
# description: Whether some ports of a rule include a port.
opens(ports, port) if {
	some item in value.items(ports)
	[first, last] := bounds(item.value)
	first <= port
	port <= last
}

# METADATA
# description: The first and the last port of "443" or "5000-5010".
bounds(text) := [to_number(ends[0]), to_number(ends[count(ends) - 1])] if {
	regex.match(`^[0-9]+(-[0-9]+)?$`, text)
	ends := split(text, "-")
}

# METADATA
# description: The addresses reserved for a purpose, PRIVATE_SERVICE_CONNECT or VPC_PEERING.
reserved(purpose) := [address |
	some address in plan.of("gcp:compute/globalAddress:GlobalAddress")
	value.at(address, ["purpose"]).value == purpose
	value.at(address, ["addressType"]).value == "INTERNAL"
]

# METADATA
# description: The instances of Cloud SQL that have an address in a network.
private_databases := [database |
	some database in plan.of("gcp:sql/databaseInstance:DatabaseInstance")
	value.at(database, ["settings", "ipConfiguration", "privateNetwork"]).state != "absent"
]

# METADATA
# description: The endpoints of Vertex AI that are given private addresses in a network of the project.
automated_endpoints := [endpoint |
	some endpoint in plan.of_any([
		"gcp:vertex/aiEndpoint:AiEndpoint",
		"gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment",
	])
	some holder in [endpoint.inputs, object.get(endpoint.inputs, "endpointConfig", {})]
	config := object.get(holder, "privateServiceConnectConfig", {})
	not object.get(config, "pscAutomationConfigs", null) in {null, []}
]

# METADATA
# description: The policies by which Vertex AI may place private addresses in a subnet.
connection_policies := [policy |
	some policy in plan.of("gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy")
	value.at(policy, ["serviceClass"]).value == data.params.network.model_service_class
]
