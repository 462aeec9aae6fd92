# METADATA
# title: No quota is above what the charter counts on
# description: |
#   A quota of GPUs allows no more than the charter deploys, and nothing outside its region; a quota of tokens no
#   more than capacity.tokens_per_minute, and none for a model that is not in the charter; and no quota is unlimited.
#   An override of GPUs is forced, because Google otherwise refuses to lower a quota by more than a tenth.
# schemas:
#   - input: schema["input"]
# custom:
#   id: QUO-002
#   severity: critical
#   group: quota
#   needs_charter: true
#   judges: ["gcp:cloudquota/sQuotaPreference:SQuotaPreference", "gcp:serviceusage/consumerQuotaOverride:ConsumerQuotaOverride"]
#   remediation: Lower quotaConfig.preferredValue or overrideValue to what the charter's capacity says, or raise capacity with the sponsor.
#   controls: []
package lockgate.rules.quota.quo_002

import data.lockgate.lib.quota
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("QUO-002", planned, status, message) if {
	some planned in quota.all
	subject := quota.subject(planned)
	amount := quota.amount(planned)
	most := _most(planned)
	forced := _forced(planned)
	own := quota.own(planned)
	status := value.worst({_amount(amount, most), forced, own, _named(subject.state)})
	message := sprintf("%s of %s%s is %s; %s", [
		value.show(subject),
		_owner(own),
		_place(quota.dimension(planned, "region")),
		value.show(amount),
		_wanted(forced, most),
	])
}

_named(state) := "undetermined" if {
	state in {"unknown", "secret"}
} else := "fail" if {
	state == "absent"
} else := "pass"

_owner("pass") := "the charter's project"

_owner(own) := "another project" if own != "pass"

_place(region) := "" if {
	region.state == "absent"
} else := sprintf(" in %s", [value.show(region)])

# The most that the charter allows; null for a quota that it says nothing of.
_most(planned) := quota.gpus if {
	_here(planned)
} else := 0 if {
	quota.is_accelerators(planned)
} else := input.charter.capacity.tokens_per_minute if {
	quota.is_tokens(planned)
	not _names_another_model(planned)
} else := 0 if {
	quota.is_tokens(planned)
} else := null

_names_another_model(planned) if {
	model := quota.dimension(planned, "base_model")
	model.state == "known"
	not model.value in _models
}

_amount(amount, null) := value.at_least(amount, 0)

_amount(amount, most) := value.worst({value.at_least(amount, 0), value.at_most(amount, most)}) if is_number(most)

_models := {model.id | some model in input.charter.models}

_here(planned) if {
	quota.used != ""
	quota.key(planned) == quota.used
	quota.dimension(planned, "region").value == input.charter.cloud.region
}

_forced(planned) := value.equals(value.at(planned, ["force"]), true) if {
	endswith(planned.type, ":ConsumerQuotaOverride")
	quota.is_accelerators(planned)
} else := "pass"

_wanted(forced, most) := sprintf("the charter allows %d, and force has to be true", [most]) if {
	forced != "pass"
} else := sprintf("the charter allows %d", [most]) if {
	is_number(most)
} else := "it may not be unlimited"
