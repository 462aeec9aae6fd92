# METADATA
# title: No GPU runs outside a deployed model
# description: |
#   No notebook, virtual machine, cluster, job or service of the plan has an accelerator. The GPUs that the charter pays
#   for serve the models that it deploys; one that hangs on a notebook over a weekend is in nobody's budget.
# schemas:
#   - input: schema["input"]
# custom:
#   id: QUO-006
#   severity: critical
#   group: quota
#   needs_charter: false
#   judges:
#     - "gcp:colab/runtimeTemplate:RuntimeTemplate"
#     - "gcp:compute/instance:Instance"
#     - "gcp:compute/instanceFromTemplate:InstanceFromTemplate"
#     - "gcp:compute/instanceTemplate:InstanceTemplate"
#     - "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate"
#     - "gcp:compute/reservation:Reservation"
#     - "gcp:container/cluster:Cluster"
#     - "gcp:container/nodePool:NodePool"
#     - "gcp:cloudrunv2/job:Job"
#     - "gcp:cloudrunv2/service:Service"
#     - "gcp:cloudrunv2/workerPool:WorkerPool"
#     - "gcp:notebooks/instance:Instance"
#     - "gcp:notebooks/runtime:Runtime"
#     - "gcp:tpu/v2Vm:V2Vm"
#     - "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool"
#     - "gcp:workbench/instance:Instance"
#   remediation: Remove the accelerator and choose a machine type without one, or deploy the model through the endpoint component.
#   controls: []
package lockgate.rules.quota.quo_006

import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("QUO-006", resource, status, message) if {
	some type, paths in data.params.quota.accelerated
	some resource in plan.of(type)
	status := value.worst(_accelerators(resource, paths) | _machines(resource, paths))
	message := _messages[status]
}

_messages := {
	"pass": "it has no accelerator",
	"undetermined": "whether it has an accelerator is unknown until the deployment",
	"fail": "it has an accelerator, and no deployed model of the charter",
}

_accelerators(resource, paths) := {_without(value.at(resource, path)) | some path in paths.accelerators}

_without(given) := "pass" if {
	given.state == "absent"
} else := "pass" if {
	given.value in [[], {}, "ACCELERATOR_TYPE_UNSPECIFIED"]
} else := "fail" if {
	given.state == "known"
} else := "undetermined"

_machines(resource, paths) := {_plain(value.at(resource, path)) | some path in paths.machines}

_plain(given) := "fail" if {
	regex.match(data.params.quota.gpu_machine_pattern, item.text(given))
} else := "pass" if {
	given.state in {"absent", "known"}
} else := "undetermined"
