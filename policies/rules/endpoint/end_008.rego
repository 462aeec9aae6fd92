# METADATA
# title: A deployment has the charter's machines, and no more replicas
# description: |
#   Each deployment runs on the charter's machine and GPUs, with a maximum of replicas that is set and not above
#   capacity.replicas.max, and not on spot machines, which draw on a quota of their own and go when Google needs them.
# schemas:
#   - input: schema["input"]
# custom:
#   id: END-008
#   severity: critical
#   group: endpoint
#   needs_charter: true
#   judges: ["gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment"]
#   remediation: Set deployConfig.dedicatedResources to the charter's capacity - machineSpec, minReplicaCount, maxReplicaCount - without spot.
#   controls: []
package lockgate.rules.endpoint.end_008

import data.lockgate.lib.models
import data.lockgate.lib.quota
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("END-008", deployment, status, message) if {
	some deployment in models.deployments
	status := _status(deployment)
	message := _message(deployment)
}

_status(_) := "fail" if quota.gpus == 0

_status(deployment) := value.worst({
	value.at_most(_dedicated(deployment, "maxReplicaCount"), _capacity.replicas.max),
	value.at_least(_dedicated(deployment, "minReplicaCount"), 1),
	value.at_most(_dedicated(deployment, "minReplicaCount"), _capacity.replicas.min),
	value.equals(models.machine(deployment, "acceleratorType"), _capacity.accelerator),
	value.at_most(models.machine(deployment, "acceleratorCount"), _capacity.accelerators_per_replica),
	value.equals(models.machine(deployment, "machineType"), _capacity.machine_type),
	value.none_of(_dedicated(deployment, "spot"), {true}),
	value.none_of(value.at(deployment, ["deployConfig", "fastTryoutEnabled"]), {true}),
}) if {
	quota.gpus > 0
}

_capacity := input.charter.capacity

_dedicated(deployment, key) := value.at(deployment, ["deployConfig", "dedicatedResources", key])

_message(_) := "it is on GPUs, and the charter deploys no model" if quota.gpus == 0

_message(deployment) := sprintf(
	"%s to %s replicas of %s with %s x %s%s; the charter allows %d to %d of %s with %d x %s",
	[
		value.show(_dedicated(deployment, "minReplicaCount")),
		value.show(_dedicated(deployment, "maxReplicaCount")),
		value.show(models.machine(deployment, "machineType")),
		value.show(models.machine(deployment, "acceleratorCount")),
		value.show(models.machine(deployment, "acceleratorType")),
		_spot(deployment),
		_capacity.replicas.min,
		_capacity.replicas.max,
		_capacity.machine_type,
		_capacity.accelerators_per_replica,
		_capacity.accelerator,
	],
) if {
	quota.gpus > 0
}

_spot(deployment) := ", on spot machines" if {
	value.at(deployment, ["deployConfig", "dedicatedResources", "spot"]).value == true
} else := ""
