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
import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("OBS-013", {_status(board) | some board in plan.of("gcp:monitoring/dashboard:Dashboard")}, {
	"pass": "a dashboard shows cost, fallbacks, latency and tokens",
	"undetermined": "what the dashboard shows is unknown until the deployment",
	"fail": "no dashboard shows cost, fallbacks, latency and tokens",
})

_wanted := {"cost", "fallbacks", "tokens", "latency"}

_status(board) := value.verdict(document, {true |
	json.is_valid(item.text(document))
	signals := {signal | some text in _queries(document.value); some signal in alert.shown(text)}
	count(_wanted - signals) == 0
}) if {
	document := value.at(board, ["dashboardJson"])
}

# Every filter and query of every chart, wherever the layout puts it; in JSON a quotation mark in a text is escaped.
_queries(text) := {found[1] |
	some found in regex.find_all_string_submatch_n(`"(?:filter|prometheusQuery|timeSeriesQueryLanguage)"\s*:\s*"((?:[^"\\]|\\.)*)"`, text, -1)
}
