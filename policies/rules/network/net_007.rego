# METADATA
# title: The firewall lets the stack reach what it needs
# description: |
#   A narrow rule leads to the private endpoint of Google's APIs, and one to the addresses of the private
#   database where there is one. What cannot reach its ledger has its firewall opened in a hurry.
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

import data.lockgate.lib.network
import data.lockgate.lib.result
import data.lockgate.lib.value

_needs := array.concat(
	[{"address": address, "ports": [data.params.network.https_port], "text": "Google's APIs"} |
		some address in network.reserved("PRIVATE_SERVICE_CONNECT")
	],
	[{"address": address, "ports": data.params.network.database_ports, "text": "the private database"} |
		count(network.private_databases) > 0
		some address in network.reserved("VPC_PEERING")
	],
)

findings contains result.on_stack("NET-007", status, sprintf(_texts[status], [need.text])) if {
	some need in _needs
	status := _status(need, value.at(need.address, ["address"]))
}

findings contains result.on_stack("NET-007", "skipped", "the plan reserves no address that a rule could lead to") if {
	count(_needs) == 0
}

_status(need, address) := "undetermined" if {
	address.state != "known"
} else := "pass" if {
	some rule in network.firewalls
	rule.action == "allow"
	rule.direction.value == "EGRESS"
	value.none_of(rule.disabled, [true]) == "pass"
	some range in value.items(rule.ranges)
	net.cidr_contains(range.value, _cidr(need.address, address.value))
	some layer in rule.layers
	layer.protocol.value == "tcp"
	some port in need.ports
	network.opens(layer.ports, port)
} else := "fail"

_cidr(address, first) := sprintf("%s/%v", [first, value.show(value.at(address, ["prefixLength"]))]) if {
	value.at(address, ["prefixLength"]).state == "known"
} else := sprintf("%s/32", [first])

_texts := {
	"pass": "a rule leads to %s",
	"fail": "no rule leads to %s",
	"undetermined": "whether a rule leads to %s is unknown: its address is not given",
}
