# METADATA
# title: Every GPU quota is bounded
# description: |
#   For each family of GPUs a quota preference or override holds the project to what the charter deploys, which
#   for most of them, for spot machines and for virtual machines (notebooks among them) is nothing, in every region.
#   A GPU that nobody counted on is the dearest mistake on Google Cloud, and a quota is what it refuses by itself.
# schemas:
#   - input: schema["input"]
# custom:
#   id: QUO-001
#   severity: critical
#   group: quota
#   needs_charter: true
#   judges: stack
#   remediation: Add the quota component, or for each quota named a gcp.serviceusage.ConsumerQuotaOverride to "0" without dimensions (for the charter's own GPU a preference in its region, and one of "0" without dimensions).
#   controls: []
package lockgate.rules.quota.quo_001

import data.lockgate.lib.quota
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("QUO-001", status, message) if {
	status := value.worst({need.status | some need in _needs})
	message := _message(status)
}

_message("pass") := sprintf("all %d GPU quotas are bounded", [count(data.params.quota.gpu_quotas)])

_message("undetermined") := sprintf("not known to be bounded until the deployment: %s", [_named("undetermined")])

_message("fail") := sprintf("nothing bounds %s", [_named("fail")])

_named(status) := concat(", ", sort({need.what | some need in _needs; need.status == status}))

# What has to be bounded, at how much, and where ("" is every region that is not bounded by itself).
_needs contains {"what": sprintf("%s everywhere", [gpu.quota_id]), "status": _bounded(gpu.key, "", 0)} if {
	some gpu in data.params.quota.gpu_quotas
	gpu.key != quota.used
}

_needs contains {"what": sprintf("%s outside %s", [gpu.quota_id, _region]), "status": _bounded(gpu.key, "", 0)} if {
	some gpu in data.params.quota.gpu_quotas
	gpu.key == quota.used
}

_needs contains {"what": sprintf("%s in %s", [gpu.quota_id, _region]), "status": _bounded(gpu.key, _region, quota.gpus)} if {
	some gpu in data.params.quota.gpu_quotas
	gpu.key == quota.used
}

_region := input.charter.cloud.region

_bounded(key, region, most) := value.best({_bounds(planned, region, most) |
	some planned in object.get(_by_key, key, [])
} | _unknown)

_by_key[key] contains planned if {
	some planned in quota.all
	key := quota.key(planned)
}

# A quota whose name is unknown may be any of them.
_unknown := {"undetermined" |
	some planned in quota.all
	quota.subject(planned).state in {"unknown", "secret"}
}

_bounds(planned, region, most) := value.worst({
	_where(quota.dimension(planned, "region"), region),
	quota.own(planned),
	quota.spelt(planned),
	quota.within(planned, most),
})

_where(dimension, "") := "pass" if {
	dimension.state == "absent"
} else := value.equals(dimension, "")

_where(dimension, region) := value.equals(dimension, region) if region != ""
