# METADATA
# title: Models
# description: The planned endpoints and deployments of models, and who can reach them.
package lockgate.lib.models

import data.lockgate.lib.charter
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.value

# METADATA
# description: Endpoints of our own, to which a model can be deployed.
endpoints := plan.of("gcp:vertex/aiEndpoint:AiEndpoint")

# METADATA
# description: Models that the Model Garden deploys, each to an endpoint that it makes.
deployments := plan.of("gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment")

# METADATA
# description: The models of the charter that run on the project's own GPUs, as Vertex AI spells them.
wanted contains sprintf("publishers/%s/models/%s", [model.publisher, model.id]) if {
	some model in input.charter.models
	model.hosting == "deployed"
}

# METADATA
# description: |
#   Whether an endpoint is reached from the charter's project alone: through Private Service Connect, open to no
#   other project and, on an endpoint of our own, to authorised callers; or by peering with a network.
private(resource) := value.best({_peered(resource), _connected(resource, _path(resource))})

_path(resource) := ["privateServiceConnectConfig"] if {
	endswith(resource.type, ":AiEndpoint")
} else := ["endpointConfig", "privateServiceConnectConfig"]

_peered(resource) := value.given(resource, ["network"]) if {
	endswith(resource.type, ":AiEndpoint")
} else := "fail"

_connected(resource, path) := value.worst({
	value.equals(value.at(resource, array.concat(path, ["enablePrivateServiceConnect"])), true),
	_authorised(resource, path),
	_ours(value.items(value.at(resource, array.concat(path, ["projectAllowlists"])))),
	_said(value.at(resource, array.concat(path, ["projectAllowlists"]))),
	_ours(_attached(value.at(resource, array.concat(path, ["pscAutomationConfigs"])))),
})

# The Model Garden offers no such setting.
_authorised(resource, path) := value.equals(
	value.at(resource, array.concat(path, ["enableSecurePrivateServiceConnect"])),
	true,
) if {
	endswith(resource.type, ":AiEndpoint")
} else := "pass"

# Who may connect is said, and not left to Vertex AI.
_said(projects) := "fail" if {
	projects.state == "absent"
} else := value.none_of(projects, {[]})

# The projects that get an address of the endpoint; the Model Garden takes one where an endpoint takes a list.
_attached(given) := [_project(config) | some config in value.items(given)] if {
	not item.has_parts(given)
} else := [_project(given)]

_project(config) := item.part(config, "projectId")

_ours(projects) := value.worst({value.one_of(name, project.spellings) | some name in projects}) if {
	charter.present
} else := "pass"

# METADATA
# description: The most replicas of a deployment; without a maximum Vertex AI takes the minimum.
most_replicas(deployment) := value.number(_dedicated(deployment, "minReplicaCount")) if {
	_dedicated(deployment, "maxReplicaCount").state == "absent"
} else := value.number(_dedicated(deployment, "maxReplicaCount"))

_dedicated(deployment, key) := value.at(deployment, ["deployConfig", "dedicatedResources", key])

# METADATA
# description: A part of a deployment's machine.
machine(deployment, key) := value.at(deployment, ["deployConfig", "dedicatedResources", "machineSpec", key])
