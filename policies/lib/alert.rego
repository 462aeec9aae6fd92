# METADATA
# title: Alerts
# description: |
#   What the alert policies of a plan measure, from which figure on, and whether anybody hears them. A signal is a
#   metric of the journal (a log-based metric of the plan) or of the platform, named in data/observability.json.
package lockgate.lib.alert

import data.lockgate.lib.plan
import data.lockgate.lib.value

_channel := "gcp:monitoring/notificationChannel:NotificationChannel"

# METADATA
# description: All alert policies of the plan.
policies := plan.of("gcp:monitoring/alertPolicy:AlertPolicy")

# METADATA
# description: All log-based metrics of the plan.
metrics := plan.of("gcp:logging/metric:Metric")

# METADATA
# description: |
#   The conditions that measure a signal, by the signal, each as {"policy", "kind", "text", "condition"}. One that is
#   unknown may measure anything; its kind is "unknown".
measuring[signal] := [found | some found in _conditions; _measures(found, signal)] if some signal in signals

# METADATA
# description: All signals.
signals := object.keys(data.params.observability.journal) | object.keys(data.params.observability.platform)

_conditions := [_read(policy, raw) |
	some policy in policies
	some raw in value.items(value.at(policy, ["conditions"]))
]

_kinds := {
	"conditionThreshold": "filter",
	"conditionAbsent": "filter",
	"conditionPrometheusQueryLanguage": "query",
	"conditionMatchedLog": "filter",
}

_read(policy, raw) := {"policy": policy, "kind": kind, "text": value.of(object.get(condition, _kinds[kind], null)), "condition": condition} if {
	raw.state == "known"
	some kind in object.keys(_kinds)
	condition := object.get(raw.value, kind, null)
	is_object(condition)
	not condition == {"$unknown": true}
} else := {"policy": policy, "kind": "unknown", "text": {"state": "unknown"}, "condition": {}} if {
	_hidden(raw)
}

_hidden(raw) if raw.state in {"unknown", "secret"}

_hidden(raw) if {
	some kind in object.keys(_kinds)
	object.get(raw.value, kind, null) == {"$unknown": true}
}

_measures(found, _) if found.text.state in {"unknown", "secret"}

_measures(found, signal) if shows(found.text.value, signal)

# METADATA
# description: Whether a filter or query reads a signal.
shows(text, signal) if count(_read_by(text) & _journal_names[signal]) > 0

shows(text, signal) if regex.match(data.params.observability.platform[signal], text)

_journal_names[signal] := {_plain(metric.inputs.name) | some metric in of_journal[signal]} if {
	some signal in object.keys(data.params.observability.journal)
}

# The log-based metrics that a text reads, by name or as PromQL spells them: what is no letter or digit is an
# underscore there, and a suffix asks for a part of a distribution.
_read_by(text) := by_name | by_query if {
	by_name := {_plain(found[1]) |
		some found in regex.find_all_string_submatch_n(`logging\.googleapis\.com/user/([^"'\s)]+)`, text, -1)
	}
	by_query := {regex.replace(found[1], `_(sum|count|bucket)$`, "") |
		some found in regex.find_all_string_submatch_n(`logging_googleapis_com:user_([a-zA-Z0-9_]+)`, text, -1)
	}
}

_plain(name) := regex.replace(name, `[^a-zA-Z0-9]`, "_")

# METADATA
# description: The log-based metrics of the plan that measure a signal of the journal, by the signal.
of_journal[signal] := [metric |
	some metric in metrics
	value.matches(value.at(metric, ["filter"]), wanted.filter) == "pass"
	_takes(value.at(metric, ["valueExtractor"]), wanted.field)
] if {
	some signal, wanted in data.params.observability.journal
}

_takes(extractor, null) if extractor.state == "absent"

_takes(extractor, pattern) if {
	is_string(pattern)
	value.matches(extractor, pattern) == "pass"
}

# METADATA
# description: pass when a policy is enabled, speaks of what it finds, and reaches a channel of the plan that is on.
heard(policy) := value.worst({
	value.none_of(value.at(policy, ["enabled"]), [false]),
	_speaks(value.at(policy, ["alertStrategy", "notificationPrompts"])),
	_either(policy),
	_reached(policy),
})

_speaks(prompts) := "pass" if {
	prompts.state == "absent"
} else := value.verdict(prompts, {"OPENED" | "OPENED" in prompts.value})

# With AND a policy of several conditions waits for all of them.
_either(policy) := "pass" if {
	count(value.items(value.at(policy, ["conditions"]))) == 1
} else := value.equals(value.at(policy, ["combiner"]), "OR")

_reached(policy) := value.best({_on(channel) | some channel in channels(policy)} | _outside(policy))

_on(channel) := value.none_of(value.at(channel, ["enabled"]), [false])

# A channel that is not of the plan may exist, and may be off.
_outside(policy) := {"undetermined" |
	some named in value.items(value.at(policy, ["notificationChannels"]))
	named.state in {"known", "secret"}
}

# METADATA
# description: The channels of the plan to which a policy speaks.
channels(policy) := plan.referred(policy, "notificationChannels", _channel)

# METADATA
# description: pass when a condition speaks from a figure on that is not above the limit.
from(found, limit) := "undetermined" if {
	found.kind == "unknown"
} else := value.worst({
	value.one_of(value.of(object.get(found.condition, "comparison", null)), ["COMPARISON_GT", "COMPARISON_GE"]),
	value.at_most(value.of(object.get(found.condition, "thresholdValue", null)), limit),
	_alone(value.of(object.get(found.condition, "trigger", null))),
}) if {
	found.kind == "conditionThreshold"
} else := value.at_most(_asked(found.text), limit) if {
	found.kind == "conditionPrometheusQueryLanguage"
} else := "fail"

# One series above the limit has to be enough.
_alone(trigger) := "pass" if {
	trigger.state == "absent"
} else := value.at_most(value.of(object.get(trigger.value, "count", null)), 1) if {
	trigger.state == "known"
} else := "undetermined"

_asked(text) := {"state": "known", "value": to_number(regex.find_all_string_submatch_n(_ending, text.value, 1)[0][1])} if {
	text.state == "known"
	regex.match(_ending, text.value)
} else := {"state": "absent"} if {
	text.state == "known"
} else := text

_ending := `>=?\s*([0-9]+(?:\.[0-9]+)?)\s*$`

# METADATA
# description: The figure from which on a condition speaks, as a reader sees it.
figure(found) := value.show(value.of(object.get(found.condition, "thresholdValue", null))) if {
	found.kind == "conditionThreshold"
} else := value.show(_asked(found.text))

# METADATA
# description: |
#   pass when a condition speaks soon: neither its duration nor the window that it looks at is long. Without a
#   duration it speaks at once.
soon(found) := "undetermined" if {
	found.text.state != "known"
} else := value.worst({_short(value.of(object.get(found.condition, "duration", "0s")))} | {_short(period) | some period in _windows(found)})

_short(duration) := value.at_most(value.seconds(duration), data.params.observability.max_delay_seconds)

_windows(found) := array.concat(
	[value.of(aggregation.alignmentPeriod) | some aggregation in aggregations(found)],
	[value.of(found.condition.evaluationInterval)],
) if {
	found.condition.evaluationInterval
} else := [value.of(aggregation.alignmentPeriod) | some aggregation in aggregations(found)]

# METADATA
# description: The aggregations of a condition, of its denominator too.
aggregations(found) := array.concat(
	object.get(found.condition, "aggregations", []),
	object.get(found.condition, "denominatorAggregations", []),
)

# METADATA
# description: pass when a condition adds up what it counts, and does not look at the least or the average of it.
in_sum(found) := "undetermined" if {
	found.kind == "unknown"
} else := "fail" if {
	count(object.get(found.condition, "aggregations", [])) == 0
} else := value.worst({_sums(aggregation) | some aggregation in aggregations(found)})

_sums(aggregation) := value.worst({
	value.one_of(value.of(object.get(aggregation, "perSeriesAligner", null)), ["ALIGN_COUNT", "ALIGN_DELTA", "ALIGN_MAX", "ALIGN_RATE", "ALIGN_SUM"]),
	value.one_of(value.of(object.get(aggregation, "crossSeriesReducer", "REDUCE_NONE")), ["REDUCE_COUNT", "REDUCE_MAX", "REDUCE_NONE", "REDUCE_SUM"]),
})

# METADATA
# description: pass when a condition looks at the slowest or largest hundredth, and not at an average.
of_worst(found) := "undetermined" if {
	found.kind == "unknown"
} else := "pass" if {
	some aggregation in object.get(found.condition, "aggregations", [])
	some key in ["crossSeriesReducer", "perSeriesAligner"]
	regex.match(`(PERCENTILE_99|_MAX)$`, aggregation[key])
} else := "pass" if {
	regex.match(`histogram_quantile\(\s*0?\.99`, found.text.value)
} else := "fail"
