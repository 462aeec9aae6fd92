# METADATA
# title: Networks
# description: |
#   The firewall rules of a plan in one form, whichever of Google's resources says them, and the private
#   addresses through which the stack reaches Google's APIs and its database.
package lockgate.lib.network

import data.lockgate.lib.item
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
	"sources": _filled(value.at(rule, ["match", "srcSecureTags"])),
} |
	some rule in plan.of_any(_policy_types)
]

_layer(layer, key) := {"protocol": layer, "ports": layer} if {
	layer.state != "known"
} else := {
	"protocol": item.part(layer, key),
	"ports": item.part(layer, "ports"),
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

_narrowed(rule, keys) if {
	some key in keys
	_filled(value.at(rule, [key]))
} else := false

_filled(given) if {
	given.state != "absent"
	not given in {{"state": "known", "value": []}, {"state": "known", "value": {}}}
} else := false

# METADATA
# description: |
#   pass when a range is private, or one of Google's own, and no larger than the parameters allow; fail when it
#   is neither, or no range.
narrow(range) := "undetermined" if {
	range.state in {"unknown", "secret"}
} else := "pass" if {
	some allowed in data.params.network.google_ranges
	within(range, allowed)
} else := "pass" if {
	some allowed in data.params.network.private_ranges
	within(range, allowed)
	to_number(split(_cidr(range), "/")[1]) >= data.params.network.min_prefix
} else := "fail"

# METADATA
# description: Whether a range, or a single address, lies within another range.
within(range, outer) if {
	net.cidr_is_valid(outer)
	net.cidr_contains(outer, _cidr(range))
}

_cidr(range) := range.value if {
	net.cidr_is_valid(item.text(range))
} else := single if {
	single := sprintf("%s/32", [item.text(range)])
	net.cidr_is_valid(single)
}

# METADATA
# description: Whether some ports of a rule include a port.
opens(ports, port) if {
	some entry in value.items(ports)
	[first, last] := bounds(entry)
	first <= port
	port <= last
}

# METADATA
# description: The first and the last port of "443" or "5000-5010".
bounds(entry) := [to_number(ends[0]), to_number(ends[count(ends) - 1])] if {
	regex.match(`^[0-9]{1,5}(-[0-9]{1,5})?$`, item.text(entry))
	ends := split(entry.value, "-")
}

# METADATA
# description: The addresses reserved for a purpose, PRIVATE_SERVICE_CONNECT or VPC_PEERING.
reserved(purpose) := [address |
	some address in plan.of("gcp:compute/globalAddress:GlobalAddress")
	value.at(address, ["purpose"]).value == purpose
	value.at(address, ["addressType"]).value == "INTERNAL"
]

# METADATA
# description: The private endpoints of single APIs, which Google serves in a region only.
regional_endpoints := plan.of("gcp:networkconnectivity/regionalEndpoint:RegionalEndpoint")

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
	some path in [["privateServiceConnectConfig"], ["endpointConfig", "privateServiceConnectConfig"]]
	_filled(value.at(endpoint, array.concat(path, ["pscAutomationConfigs"])))
]

# METADATA
# description: The policies by which Vertex AI may place private addresses in a subnet.
connection_policies := [policy |
	some policy in plan.of("gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy")
	value.at(policy, ["serviceClass"]).value == data.params.network.model_service_class
]
