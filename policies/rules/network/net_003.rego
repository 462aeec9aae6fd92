# METADATA
# title: Google's APIs have a private address
# description: |
#   A Private Service Connect endpoint in the stack's network carries the calls to Google's APIs, Vertex AI
#   among them, so that no prompt and no answer crosses the internet.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-003
#   severity: high
#   group: network
#   needs_charter: false
#   judges: stack
#   remediation: Add a gcp.compute.GlobalForwardingRule with target all-apis or vpc-sc, its network, and a GlobalAddress of purpose PRIVATE_SERVICE_CONNECT as ipAddress.
#   controls: []
package lockgate.rules.network.net_003

import data.lockgate.lib.network
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("NET-003", statuses, {
	"pass": "a private endpoint leads to Google's APIs",
	"undetermined": "whether an endpoint leads to Google's APIs from the stack's network is unknown until the deployment",
	"fail": "no private endpoint leads to Google's APIs: a forwarding rule, its network and its reserved address are needed",
}) if {
	statuses := {_status(rule) | some rule in plan.of("gcp:compute/globalForwardingRule:GlobalForwardingRule")}
}

_status(rule) := value.worst({
	value.one_of(value.at(rule, ["target"]), data.params.network.google_apis_targets),
	_network(rule),
	_address(rule, value.at(rule, ["ipAddress"])),
})

_network(rule) := plan.refers(rule, ["network"], "gcp:compute/network:Network")

_reserved := network.reserved("PRIVATE_SERVICE_CONNECT")

_literals := {address.inputs.address | some address in _reserved}

_urns := {address.urn | some address in _reserved}

_address_type := "gcp:compute/globalAddress:GlobalAddress"

_address(rule, given) := "pass" if {
	given.value in _literals
} else := "pass" if {
	some address in plan.named(rule, ["ipAddress"], _address_type)
	address.urn in _urns
} else := "undetermined" if {
	count(_urns) > 0
	plan.refers(rule, ["ipAddress"], _address_type) == "undetermined"
} else := "fail"
