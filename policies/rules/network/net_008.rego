# METADATA
# title: The database has private services access
# description: |
#   Where a Cloud SQL instance has a private address, the plan reserves its range and peers the network with
#   Google's side of it. Without the two the instance is refused, and a public address is one flag away.
# schemas:
#   - input: schema["input"]
# custom:
#   id: NET-008
#   severity: medium
#   group: network
#   needs_charter: false
#   judges: stack
#   remediation: Add a gcp.compute.GlobalAddress of purpose VPC_PEERING and a gcp.servicenetworking.Connection that names it in reservedPeeringRanges.
#   controls: []
package lockgate.rules.network.net_008

import data.lockgate.lib.network
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_service := "servicenetworking.googleapis.com"

findings contains result.on_stack("NET-008", "skipped", "the plan has no database with a private address") if {
	count(network.private_databases) == 0
}

findings contains result.any_of("NET-008", statuses, {
	"pass": "the database's network is peered with Google's side of it",
	"undetermined": "whether the database's network is peered with Google's side of it is unknown until the deployment",
	"fail": "no connection with a reserved range peers the database's network with Google's side of it",
}) if {
	count(network.private_databases) > 0
	statuses := {_status(connection) | some connection in plan.of("gcp:servicenetworking/connection:Connection")}
}

_status(connection) := value.worst({
	value.equals(value.at(connection, ["service"]), _service),
	plan.refers(connection, ["network"], "gcp:compute/network:Network"),
	_range(connection),
})

_range(connection) := "pass" if {
	some named in value.items(value.at(connection, ["reservedPeeringRanges"]))
	_names(connection, named)
} else := "undetermined" if {
	some named in value.items(value.at(connection, ["reservedPeeringRanges"]))
	named.state == "unknown"
	count(object.get(connection.propertyDependencies, "reservedPeeringRanges", [])) == 0
} else := "fail"

_names(_, named) if named.value in {address.inputs.name | some address in network.reserved("VPC_PEERING")}

_names(connection, named) if {
	named.state == "unknown"
	some urn in object.get(connection.propertyDependencies, "reservedPeeringRanges", [])
	urn in {address.urn | some address in network.reserved("VPC_PEERING")}
}
