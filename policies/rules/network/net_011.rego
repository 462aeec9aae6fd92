# METADATA
# title: Private endpoints have a place in the network
# description: |
#   Where an endpoint of Vertex AI is given its private address by Google, the plan lets Google place it: in a
#   subnet of the plan, for Vertex AI only, and so many addresses at most. Without that the endpoint has no
#   address, and a public one is the way out.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-011
#   severity: medium
#   group: network
#   needs_charter: false
#   judges: stack
#   remediation: Add a gcp.networkconnectivity.ServiceConnectionPolicy of serviceClass gcp-vertexai with the network, and pscConfig with subnetworks and limit.
#   controls: []
package lockgate.rules.network.net_011

import data.lockgate.lib.charter
import data.lockgate.lib.item
import data.lockgate.lib.network
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("NET-011", "skipped", "no endpoint of the plan is given a private address by Google") if {
	count(network.automated_endpoints) == 0
}

findings contains result.any_of("NET-011", statuses, {
	"pass": "a bounded number of private endpoints have a place in a subnet of the plan",
	"undetermined": "whether private endpoints have a place in a subnet of the plan is unknown until the deployment",
	"fail": "private endpoints have no place in a subnet of the plan, or any number of them does",
}) if {
	count(network.automated_endpoints) > 0
	statuses := {_status(policy) | some policy in network.connection_policies}
}

_status(policy) := value.worst({
	plan.refers(policy, ["network"], "gcp:compute/network:Network"),
	value.best({_holds(policy, named) | some named in value.items(value.at(policy, ["pscConfig", "subnetworks"]))}),
	value.at_most(value.at(policy, ["pscConfig", "limit"]), data.params.network.max_connections),
	_location(value.at(policy, ["location"])),
})

_location(location) := "pass" if {
	not charter.present
} else := value.one_of(location, input.charter.data.residency)

_holds(policy, named) := "pass" if {
	named.state == "unknown"
	count(plan.referred(policy, "pscConfig", _subnet)) > 0
} else := "pass" if {
	strings.any_suffix_match(item.text(named), _endings)
} else := "undetermined" if {
	named.state in {"unknown", "secret"}
	count(_endings) > 0
} else := "fail"

_subnet := "gcp:compute/subnetwork:Subnetwork"

_endings := {sprintf("/%s", [value.at(subnet, ["name"]).value]) | some subnet in plan.of(_subnet)}
