# METADATA
# title: A watched router
# description: |
#   A plan that passes every rule of the group observability, and ways to change one thing in it. For tests; not part of
#   the bundle.
package lockgate.lib.fixture_alert

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_serving as serving

policy_type := "gcp:monitoring/alertPolicy:AlertPolicy"

metric(name, filter, field) := fixture.resource("gcp:logging/metric:Metric", name, object.union(
	{
		"name": sprintf("claims-%s", [name]),
		"filter": sprintf(`resource.labels.service_name="%s" AND %s`, [_services[name], filter]),
		"metricDescriptor": {"metricKind": "DELTA", "valueType": _value_types[field == null]},
	},
	{key: value | some key, value in {"valueExtractor": field}; value != null},
))

_value_types := {true: "INT64", false: "DISTRIBUTION"}

_services := {
	"cases": "router",
	"fallbacks": "router",
	"cost": "router",
	"tokens": "router",
	"heartbeats": "router",
	"alarms": "router",
	"over-limit": "guard",
}

channel(name, address) := fixture.resource("gcp:monitoring/notificationChannel:NotificationChannel", name, {
	"type": "email",
	"labels": {"email_address": address},
})

_owners := [channel("finops", "finops@example.com"), channel("adoption", "claims-operations@example.com")]

series(name) := sprintf(`resource.type="cloud_run_revision" AND metric.type="logging.googleapis.com/user/claims-%s"`, [name])

_sum := [{"alignmentPeriod": "300s", "perSeriesAligner": "ALIGN_DELTA", "crossSeriesReducer": "REDUCE_SUM"}]

_worst := [{"alignmentPeriod": "300s", "perSeriesAligner": "ALIGN_DELTA", "crossSeriesReducer": "REDUCE_PERCENTILE_99"}]

threshold(filter, limit, aggregations) := {"conditionThreshold": {
	"filter": filter,
	"comparison": "COMPARISON_GT",
	"thresholdValue": limit,
	"duration": "0s",
	"aggregations": aggregations,
}}

above(filter, limit) := threshold(filter, limit, _sum)

worst_above(filter, limit) := threshold(filter, limit, _worst)

query(text) := {"conditionPrometheusQueryLanguage": {"query": text, "duration": "0s", "evaluationInterval": "60s"}}

policy(name, conditions) := object.union(
	fixture.resource(policy_type, name, {
		"enabled": true,
		"combiner": "OR",
		"conditions": conditions,
		"notificationChannels": [fixture.unknown, fixture.unknown],
	}),
	{"propertyDependencies": {"notificationChannels": [one.urn | some one in _owners]}},
)

spend_rate := policy("spend-rate", [query("sum(increase(logging_googleapis_com:user_claims_cost_sum[1h])) > 8.21")])

spend_limit := policy("spend-limit", [above(series("over-limit"), 0)])

_errors := `resource.type="cloud_run_revision" AND metric.type="run.googleapis.com/request_count" AND metric.labels.response_code_class="5xx"`

_fallbacks := object.union(above(series("fallbacks"), 0.05), {"conditionThreshold": {
	"denominatorFilter": series("cases"),
	"denominatorAggregations": _sum,
}})

errors := policy("errors", [_fallbacks, above(_errors, 0)])

_latency := `resource.type="cloud_run_revision" AND metric.type="run.googleapis.com/request_latencies"`

latency := policy("latency", [worst_above(_latency, 40000)])

tokens := policy("tokens", [worst_above(series("tokens"), 15000)])

ledger := policy("ledger", [above(series("alarms"), 0)])

silence := policy("silence", [{"conditionAbsent": {"filter": series("heartbeats"), "duration": "900s"}}])

service := fixture.resource("gcp:monitoring/customService:CustomService", "service", {"serviceId": "claims-router"})

slo := fixture.resource("gcp:monitoring/slo:Slo", "slo", {
	"service": "claims-router",
	"goal": 0.99,
	"rollingPeriodDays": 28,
	"requestBasedSli": {"goodTotalRatio": {
		"badServiceFilter": series("fallbacks"),
		"totalServiceFilter": series("cases"),
	}},
})

board(texts) := fixture.resource("gcp:monitoring/dashboard:Dashboard", "board", {"dashboardJson": json.marshal({"tiles": [
{"filter": text} |
	some text in texts
]})})

shown := [series("cost"), series("fallbacks"), series("tokens"), _latency]

_metrics := [
	metric("cases", `jsonPayload.event="case"`, null),
	metric("fallbacks", `jsonPayload.event="case" AND jsonPayload.outcome="fallback"`, null),
	metric("cost", `jsonPayload.event="case"`, "EXTRACT(jsonPayload.cost)"),
	metric("tokens", `jsonPayload.event="case"`, "EXTRACT(jsonPayload.tokens)"),
	metric("over-limit", `jsonPayload.event="spend" AND severity="CRITICAL"`, null),
	metric("heartbeats", `jsonPayload.event="probe" AND severity="INFO"`, null),
	metric("alarms", `jsonPayload.event="alarm"`, null),
]

# METADATA
# description: The plan that passes.
stack := array.concat(
	array.concat(_metrics, _owners),
	[serving.router, serving.guard, spend_rate, spend_limit, errors, latency, tokens_policy, ledger, silence, service, slo, board(shown)],
)

# The name of a metric is taken.
tokens_policy := object.union(tokens, {
	"name": "many-tokens",
	"urn": "urn:pulumi:test::lockgate::gcp:monitoring/alertPolicy:AlertPolicy::many-tokens",
})

# METADATA
# description: The plan without a resource.
without(name) := [resource | some resource in stack; resource.name != name]

# METADATA
# description: The plan with a resource changed by a JSON patch of its inputs.
patched(name, patch) := [changed |
	some resource in stack
	changed := _patched(resource, name, patch)
]

_patched(resource, name, patch) := json.patch(resource, [object.union(one, {"path": sprintf("/inputs%s", [one.path])}) |
	some one in patch
]) if {
	resource.name == name
} else := resource

# METADATA
# description: The plan with one input of a resource replaced or added.
set_in(name, path, value) := patched(name, [{"op": "add", "path": path, "value": value}])

# METADATA
# description: The plan without one input of a resource.
unset_in(name, path) := patched(name, [{"op": "remove", "path": path}])
