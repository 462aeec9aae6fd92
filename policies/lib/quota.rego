# METADATA
# title: Quotas
# description: What a planned quota preference or override bounds, where, and at how much.
package lockgate.lib.quota

import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.value

# METADATA
# description: The planned quotas.
all := plan.of_any([_preference, _override])

_preference := "gcp:cloudquota/sQuotaPreference:SQuotaPreference"

_override := "gcp:serviceusage/consumerQuotaOverride:ConsumerQuotaOverride"

# METADATA
# description: The most GPUs that the models which the charter deploys take at once.
default gpus := 0

gpus := (count(deployed) * input.charter.capacity.replicas.max) * input.charter.capacity.accelerators_per_replica if {
	deployed := [model | some model in input.charter.models; model.hosting == "deployed"]
}

# METADATA
# description: What is bounded, as a value; its name in the API that the resource speaks to.
subject(quota) := value.at(quota, ["quotaId"]) if {
	quota.type == _preference
} else := {"state": "known", "value": replace(item.text(metric), "%2F", "/")} if {
	metric := value.at(quota, ["metric"])
	metric.state == "known"
} else := value.at(quota, ["metric"])

# METADATA
# description: The key of the GPU quota of the parameters that is bounded; "" where it is none of them.
key(quota) := found if {
	found := _keys[subject(quota).value]
} else := ""

_keys[name] := gpu.key if {
	some gpu in data.params.quota.gpu_quotas
	some name in [gpu.quota_id, gpu.metric]
}

# METADATA
# description: Whether it bounds GPUs or other accelerators.
is_accelerators(quota) if regex.match(data.params.quota.accelerator_pattern, item.text(subject(quota)))

# METADATA
# description: Whether it bounds the tokens that models are sent.
is_tokens(quota) if regex.match(data.params.quota.token_quota_pattern, item.text(subject(quota)))

# METADATA
# description: The value that is asked for.
amount(quota) := value.at(quota, ["quotaConfig", "preferredValue"]) if {
	quota.type == _preference
} else := value.at(quota, ["overrideValue"])

# METADATA
# description: The value of a dimension, such as region; absent is every region.
dimension(quota, name) := value.at(quota, ["dimensions", name])

# METADATA
# description: Whether it bounds the charter's project.
own(quota) := project.own(value.at(quota, [_owner[quota.type]]))

_owner := {_preference: "parent", _override: "project"}

# METADATA
# description: |
#   Whether it speaks of a GPU quota as Google has it: to its service and, where it names a limit, of that limit.
spelt(quota) := value.worst({
	value.equals(value.at(quota, ["service"]), _spelling(quota).service),
	_limit(quota),
})

_limit(quota) := value.one_of(value.at(quota, ["limit"]), {limit, replace(limit, "/", "%2F")}) if {
	quota.type == _override
	limit := _spelling(quota).limit
} else := "pass"

_spelling(quota) := _gpus[key(quota)]

_gpus := {gpu.key: gpu | some gpu in data.params.quota.gpu_quotas}

# METADATA
# description: pass when the value is between nothing and the most; -1, which is unlimited, is not.
within(quota, most) := value.worst({value.at_least(amount(quota), 0), value.at_most(amount(quota), most)})

# METADATA
# description: The planned bounds on the GPUs that the charter deploys, in the charter's region.
here := [quota |
	some quota in all
	own(quota) != "fail"
	key(quota) == used
	dimension(quota, "region") == {"state": "known", "value": input.charter.cloud.region}
]

# METADATA
# description: The key of the quota that the charter's deployed models draw on; "" where it deploys none.
default used := ""

used := gpu.key if {
	some gpu in data.params.quota.gpu_quotas
	gpu.accelerator != ""
	gpu.accelerator == input.charter.capacity.accelerator
}
