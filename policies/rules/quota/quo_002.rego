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
	status := value.worst({_amount(planned), _forced(planned), quota.own(planned), _subject(planned)})
	message := sprintf("%s of %s%s is %s; %s", [
		value.show(quota.subject(planned)),
		_owner(planned),
		_place(planned),
		value.show(quota.amount(planned)),
		_wanted(planned),
	])
}

_subject(planned) := "undetermined" if {
	quota.subject(planned).state in {"unknown", "secret"}
} else := "fail" if {
	quota.subject(planned).state == "absent"
} else := "pass"

_owner(planned) := "the charter's project" if {
	quota.own(planned) == "pass"
} else := "another project"

_place(planned) := sprintf(" in %s", [value.show(region)]) if {
	region := quota.dimension(planned, "region")
	region.state != "absent"
} else := ""

# The most that the charter allows; a quota that it says nothing of has none.
_most(planned) := quota.gpus if {
	_here(planned)
} else := 0 if {
	quota.is_accelerators(planned)
} else := input.charter.capacity.tokens_per_minute if {
	quota.is_tokens(planned)
	not _names_another_model(planned)
} else := 0 if {
	quota.is_tokens(planned)
}

_names_another_model(planned) if {
	model := quota.dimension(planned, "base_model")
	model.state == "known"
	not model.value in _models
}

_amount(planned) := quota.within(planned, _most(planned)) if {
	is_number(_most(planned))
} else := value.at_least(quota.amount(planned), 0)

_models := {model.id | some model in input.charter.models}

_here(planned) if {
	quota.used != ""
	quota.key(planned) == quota.used
	quota.dimension(planned, "region").value == input.charter.cloud.region
}

_forced(planned) := value.equals(value.at(planned, ["force"]), true) if {
	quota.is_accelerators(planned)
	endswith(planned.type, ":ConsumerQuotaOverride")
} else := "pass"

_wanted(planned) := sprintf("the charter allows %d, and force has to be true", [_most(planned)]) if {
	_forced(planned) != "pass"
} else := sprintf("the charter allows %d", [_most(planned)]) if {
	is_number(_most(planned))
} else := "it may not be unlimited"
