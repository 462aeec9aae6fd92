# METADATA
# title: The firewall lets the stack reach what it needs
# description: |
#   A narrow rule leads to the private endpoint of Google's APIs, and one each to the private database and the
#   deployed models where there are such. What cannot reach its ledger has its firewall opened in a hurry.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-007
#   severity: low
#   group: network
#   needs_charter: false
#   judges: stack
#   remediation: Add a gcp.compute.Firewall with direction EGRESS that allows tcp to this address and port, and nothing else.
#   controls: []
package lockgate.rules.network.net_007

import data.lockgate.lib.item
import data.lockgate.lib.network
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_needs contains {"range": _reserved(address), "ports": [data.params.network.https_port], "text": "Google's APIs"} if {
	some address in network.reserved("PRIVATE_SERVICE_CONNECT")
}

_needs contains {"range": _reserved(endpoint), "ports": [data.params.network.https_port], "text": item.text(api)} if {
	some endpoint in network.regional_endpoints
	api := value.at(endpoint, ["targetGoogleApi"])
}

_needs contains {"range": _reserved(address), "ports": data.params.network.database_ports, "text": "the private database"} if {
	count(network.private_databases) > 0
	some address in network.reserved("VPC_PEERING")
}

_needs contains {"range": range, "ports": [data.params.network.https_port], "text": "the deployed models"} if {
	count(network.automated_endpoints) > 0
	some policy in network.connection_policies
	some subnet in plan.referred(policy, "pscConfig", "gcp:compute/subnetwork:Subnetwork")
	range := value.at(subnet, ["ipCidrRange"])
}

# A reserved address as a range; a single one gives no length.
_reserved(address) := given if {
	given := value.at(address, ["address"])
	given.state != "known"
} else := {"state": "known", "value": sprintf("%s/%v", [first, value.at(address, ["prefixLength"]).value])} if {
	first := value.at(address, ["address"]).value
	value.at(address, ["prefixLength"]).state == "known"
} else := {"state": "known", "value": sprintf("%s/32", [value.at(address, ["address"]).value])}

findings contains result.on_stack("NET-007", status, sprintf(_texts[status], [need.text])) if {
	some need in _needs
	status := _status(need)
}

findings contains result.on_stack("NET-007", "skipped", "the plan reserves no address that a rule could lead to") if {
	count(_needs) == 0
}

# The ranges to which rules lead over TCP, each once with the ports.
_leading_out := {{"range": item.text(range), "ports": layer.ports} |
	some rule in network.firewalls
	rule.action == "allow"
	rule.direction.value == "EGRESS"
	value.none_of(rule.disabled, [true]) == "pass"
	some range in value.items(rule.ranges)
	some layer in rule.layers
	layer.protocol.value == "tcp"
}

_status(need) := "undetermined" if {
	need.range.state != "known"
} else := "pass" if {
	some way in _leading_out
	network.within(need.range, way.range)
	some port in need.ports
	network.opens(way.ports, port)
} else := "fail"

_texts := {
	"pass": "a rule leads to %s",
	"fail": "no rule leads to %s",
	"undetermined": "whether a rule leads to %s is unknown: its address is not given",
}
