# METADATA
# title: The quota carries all replicas
# description: |
#   The GPUs of all planned deployments at their most replicas fit in the planned quota of the region. Google counts the
#   maximum against the quota, so more of them fail to deploy, and a quota that is larger bounds nothing.
# schemas:
#   - input: schema["input"]
# custom:
#   id: END-009
#   severity: high
#   group: endpoint
#   needs_charter: true
#   judges: stack
#   remediation: Lower maxReplicaCount, or raise the charter's capacity and with it the quota.
#   controls: []
package lockgate.rules.endpoint.end_009

import data.lockgate.lib.models
import data.lockgate.lib.quota
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("END-009", _judged.status, _judged.message)

_judged := {"status": "pass", "message": "no model is deployed on GPUs"} if {
	count(models.deployments) == 0
} else := {"status": "undetermined", "message": "replicas, GPUs or quota are unknown until the deployment"} if {
	some part in _parts
	part.state in {"unknown", "secret"}
} else := {"status": "fail", "message": "the replicas or the GPUs of a deployment are not set, so nothing bounds them"} if {
	some part in _parts
	part.state != "known"
} else := {"status": "fail", "message": sprintf("no quota bounds the %d GPUs of the deployments", [_gpus])} if {
	count(quota.here) == 0
} else := {"status": value.at_most({"state": "known", "value": _gpus}, _quota), "message": sprintf(
	"the deployments take up to %d GPUs; the quota carries %d",
	[_gpus, _quota],
)}

_parts := array.concat(array.concat(_replicas, _accelerators), _quotas)

_replicas := [models.most_replicas(deployment) | some deployment in models.deployments]

_accelerators := [value.number(models.machine(deployment, "acceleratorCount")) | some deployment in models.deployments]

_quotas := [value.number(quota.amount(planned)) | some planned in quota.here]

_gpus := sum([taken |
	some i, replicas in _replicas
	taken := replicas.value * _accelerators[i].value
])

_quota := min([amount.value | some amount in _quotas])
