# METADATA
# title: The router's journal is measured
# description: |
#   A log-based metric of the plan, taken from a function of the plan, counts cases, fallbacks, heartbeats and the
#   ledger's alarms, and takes the cost and the tokens of a case and the spend guard's alarm. Alerts and the objective
#   stand on them.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-010
#   severity: high
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Add the observability component, or a gcp.logging.Metric for each signal whose filter names the function's service.
#   controls: ["EU AI Act Art. 12"]
package lockgate.rules.observability.obs_010

import data.lockgate.lib.alert
import data.lockgate.lib.item
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

_judged[signal] := value.best({_taken(metric) | some metric in alert.of_journal[signal]}) if {
	some signal in object.keys(data.params.observability.journal)
}

_taken(metric) := value.worst({
	value.none_of(value.at(metric, ["disabled"]), [true]),
	_of_plan(item.text(value.at(metric, ["filter"]))),
})

_of_plan(filter) := "pass" if {
	some found in regex.find_all_string_submatch_n(`service_name\s*=\s*"?([^"\s)]+)`, filter, -1)
	found[1] in _names
} else := "fail"

_names contains value.at(resource, ["name"]).value if some resource in serving.all

findings contains result.on_stack("OBS-010", status, sprintf("%s: %s", [signal, _texts[status]])) if {
	some signal, status in _judged
}

_texts := {
	"pass": "taken from the journal of a function",
	"fail": "no enabled log-based metric takes them from the journal of a function",
	"undetermined": "from what they are taken is unknown until the deployment",
}
