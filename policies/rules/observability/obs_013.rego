# METADATA
# title: A dashboard shows money, errors, latency and tokens
# description: |
#   A dashboard of the plan has a chart of the cost, one of the cases that fell back, one of the latency and one of the
#   tokens. Who is told at night has to see at a glance what is the matter.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-013
#   severity: low
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Add the observability component, or a gcp.monitoring.Dashboard with those four charts.
#   controls: []
package lockgate.rules.observability.obs_013

import data.lockgate.lib.alert
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("OBS-013", {_status(board) | some board in plan.of("gcp:monitoring/dashboard:Dashboard")}, {
	"pass": "a dashboard shows cost, fallbacks, latency and tokens",
	"undetermined": "what the dashboard shows is unknown until the deployment",
	"fail": "no dashboard shows cost, fallbacks, latency and tokens",
})

_status(board) := value.verdict(document, {true |
	is_string(document.value)
	json.is_valid(document.value)
	every signal in ["cost", "fallbacks", "tokens", "latency"] {
		some text in _queries(json.unmarshal(document.value))
		alert.shows(text, signal)
	}
}) if {
	document := value.at(board, ["dashboardJson"])
}

# Every filter and query of every chart, wherever the layout puts it.
_queries(document) := {text |
	walk(document, [path, text])
	is_string(text)
	path[count(path) - 1] in {"filter", "prometheusQuery", "timeSeriesQueryLanguage"}
}
