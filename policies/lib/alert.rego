# METADATA
# title: Alerts
# description: |
#   What the alert policies of a plan measure, from which figure on, and whether anybody hears them. A signal is a
#   metric of the journal (a log-based metric of the plan) or of the platform, named in data/observability.json.
package lockgate.lib.alert

import data.lockgate.lib.item
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
measuring[signal] := [found | some found in _conditions; signal in found.signals] if some signal in _signals

_signals := object.keys(data.params.observability.journal) | object.keys(data.params.observability.platform)

_conditions := [object.union(found, {"signals": _measured(found.text)}) |
	some policy in policies
	some raw in value.items(value.at(policy, ["conditions"]))
	found := _read(policy, raw)
]

_measured(text) := _signals if {
	text.state in {"unknown", "secret"}
} else := shown(item.text(text))

# The kinds of conditions, and where each says what it measures.
_kinds := {
	"conditionThreshold": "filter",
	"conditionAbsent": "filter",
	"conditionPrometheusQueryLanguage": "query",
	"conditionMatchedLog": "filter",
}

_read(policy, raw) := {"policy": policy, "kind": kind, "text": item.part(condition, _kinds[kind]), "condition": condition} if {
	some kind in object.keys(_kinds)
	condition := item.part(raw, kind)
	condition.state == "known"
} else := {"policy": policy, "kind": "unknown", "text": {"state": "unknown"}, "condition": {"state": "unknown"}} if {
	some kind in object.keys(_kinds)
	item.part(raw, kind).state != "absent"
} else := {"policy": policy, "kind": "other", "text": {"state": "absent"}, "condition": {"state": "absent"}}

# METADATA
# description: The signals that a filter or query reads.
shown(text) := of_metrics | of_platform if {
	of_metrics := {signal | some name in _read_by(text); some signal in _read_as[name]}
	of_platform := {signal |
		some signal, ways in data.params.observability.platform
		some parts in ways
		every part in parts {
			contains(text, part)
		}
	}
}

# Whole at once: asked by the name, OPA would go through all metrics for each.
_read_as := _signals_of

_signals_of[name] contains signal if {
	some signal, found in of_journal
	some metric in found
	name := _plain(item.text(value.at(metric, ["name"])))
}

# The log-based metrics that a text reads, by name or as PromQL spells them: what is no letter or digit is an
# underscore there, and a suffix asks for a part of a distribution.
_read_by(text) := by_name | by_query if {
	by_name := {_plain(found[1]) |
		some found in regex.find_all_string_submatch_n(`logging\.googleapis\.com/user/([^"'\\\s)]+)`, text, -1)
	}
	by_query := {regex.replace(found[1], `_(sum|count|bucket)$`, "") |
		some found in regex.find_all_string_submatch_n(`logging_googleapis_com:user_([a-zA-Z0-9_]+)`, text, -1)
	}
}

_plain(name) := regex.replace(name, `[^a-zA-Z0-9]`, "_")

# METADATA
# description: The log-based metrics of the plan that measure a signal of the journal, by the signal.
of_journal[signal] := [metric |
	some read in _read_metrics
	regex.match(wanted.filter, read.filter)
	_takes(read.extractor, wanted.field)
	metric := read.metric
] if {
	some signal, wanted in data.params.observability.journal
}

_read_metrics := [{"metric": metric, "filter": filter, "extractor": value.at(metric, ["valueExtractor"])} |
	some metric in metrics
	filter := item.text(value.at(metric, ["filter"]))
]

_takes(extractor, null) if extractor.state == "absent"

_takes(extractor, pattern) if {
	is_string(pattern)
	regex.match(pattern, item.text(extractor))
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
} else := value.best({value.equals(prompt, "OPENED") | some prompt in value.items(prompts)})

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
from(found, limit) := value.worst({
	value.one_of(item.part(found.condition, "comparison"), ["COMPARISON_GT", "COMPARISON_GE"]),
	value.at_most(item.part(found.condition, "thresholdValue"), limit),
	_alone(item.part(found.condition, "trigger")),
}) if {
	found.kind == "conditionThreshold"
} else := value.at_most(_asked(found.text), limit) if {
	found.kind == "conditionPrometheusQueryLanguage"
} else := "undetermined" if {
	found.kind == "unknown"
} else := "fail"

# One series above the limit has to be enough.
_alone(trigger) := "pass" if {
	trigger.state == "absent"
} else := value.at_most(item.part(trigger, "count"), 1)

_ending := `>=?\s*([0-9]+(?:\.[0-9]+)?)\s*$`

_asked(text) := {"state": "known", "value": to_number(figure)} if {
	figure := regex.find_all_string_submatch_n(_ending, item.text(text), 1)[0][1]
} else := {"state": "absent"} if {
	text.state == "known"
} else := text

# METADATA
# description: The figure from which on a condition speaks, as a reader sees it.
figure(found) := value.show(item.part(found.condition, "thresholdValue")) if {
	found.kind == "conditionThreshold"
} else := value.show(_asked(found.text))

# METADATA
# description: |
#   pass when a condition speaks soon: neither its duration, nor the window that it looks at, nor the time between two
#   looks is long. Without a duration it speaks at once.
soon(found) := "undetermined" if {
	found.text.state != "known"
} else := value.worst({_short(item.part(found.condition, key)) | some key in ["duration", "evaluationInterval"]} | windows) if {
	windows := {_short(item.part(one, "alignmentPeriod")) | some one in _aggregations(found)}
}

_short(duration) := "pass" if {
	duration.state == "absent"
} else := value.at_most(value.seconds(duration), data.params.observability.max_delay_seconds)

# The aggregations of a condition, and of its denominator.
_aggregations(found) := [one |
	some key in ["aggregations", "denominatorAggregations"]
	some one in value.items(item.part(found.condition, key))
]

# METADATA
# description: pass when a condition adds up what it counts, and does not look at the least or the average of it.
in_sum(found) := "undetermined" if {
	found.kind == "unknown"
} else := "fail" if {
	count(value.items(item.part(found.condition, "aggregations"))) == 0
} else := value.worst({_sums(one) | some one in _aggregations(found)})

_sums(one) := value.worst({
	value.one_of(item.part(one, "perSeriesAligner"), ["ALIGN_COUNT", "ALIGN_DELTA", "ALIGN_MAX", "ALIGN_RATE", "ALIGN_SUM"]),
	_reduces(item.part(one, "crossSeriesReducer")),
})

_reduces(reducer) := "pass" if {
	reducer.state == "absent"
} else := value.one_of(reducer, ["REDUCE_COUNT", "REDUCE_MAX", "REDUCE_NONE", "REDUCE_SUM"])

# METADATA
# description: pass when a condition looks at the slowest or largest hundredth, and not at an average.
of_worst(found) := "pass" if {
	some one in value.items(item.part(found.condition, "aggregations"))
	some key in ["crossSeriesReducer", "perSeriesAligner"]
	regex.match(`(PERCENTILE_99|_MAX)$`, item.text(item.part(one, key)))
} else := "pass" if {
	regex.match(`histogram_quantile\(\s*0?\.99`, item.text(found.text))
} else := "undetermined" if {
	found.kind == "unknown"
} else := "undetermined" if {
	some one in value.items(item.part(found.condition, "aggregations"))
	item.part(one, "crossSeriesReducer").state in {"unknown", "secret"}
} else := "fail"
