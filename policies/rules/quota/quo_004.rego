# METADATA
# title: The tokens of each managed model are bounded
# description: |
#   For each model that Google runs, the project's quota of input tokens a minute is asked to be no more than
#   capacity.tokens_per_minute. It is the coarse bound behind the router's own: it knows nothing of output tokens,
#   and pay-as-you-go models that share capacity may not keep it.
# schemas:
#   - input: schema["input"]
# custom:
#   id: QUO-004
#   severity: high
#   group: quota
#   needs_charter: true
#   judges: stack
#   remediation: Add a gcp.cloudquota.SQuotaPreference for each managed model, with dimensions region and base_model and preferredValue capacity.tokens_per_minute.
#   controls: []
package lockgate.rules.quota.quo_004

import data.lockgate.lib.quota
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("QUO-004", status, _message(status)) if {
	status := value.worst({_bounded(model) | some model in _managed})
}

_message("pass") := sprintf("the tokens of %d managed models are bounded", [count(_managed)])

_message("undetermined") := sprintf("the tokens of %s are not known to be bounded until the deployment", [_named("undetermined")])

_message("fail") := sprintf(
	"no quota holds %s to %d tokens a minute in %s",
	[_named("fail"), input.charter.capacity.tokens_per_minute, input.charter.cloud.region],
)

_named(status) := concat(", ", sort({model | some model in _managed; _bounded(model) == status}))

_managed := {model.id | some model in input.charter.models; model.hosting == "managed"}

_bounded(model) := value.best({_bounds(planned, model) |
	some planned in quota.all
	_concerns_tokens(planned)
})

_concerns_tokens(planned) if quota.is_tokens(planned)

_concerns_tokens(planned) if quota.subject(planned).state in {"unknown", "secret"}

_bounds(planned, model) := value.worst({
	_names(quota.subject(planned)),
	value.equals(quota.dimension(planned, "base_model"), model),
	value.one_of(_region(quota.dimension(planned, "region")), {"", input.charter.cloud.region}),
	quota.own(planned),
	value.at_least(quota.amount(planned), 1),
	value.at_most(quota.amount(planned), input.charter.capacity.tokens_per_minute),
})

_names(subject) := value.matches(subject, concat("|", [
	sprintf("^%s$", [data.params.quota.token_quota_id]),
	data.params.quota.token_metric_pattern,
]))

# Without a region it holds in all of them.
_region(dimension) := {"state": "known", "value": ""} if {
	dimension.state == "absent"
} else := dimension
