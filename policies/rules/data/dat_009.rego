# METADATA
# title: Inspection looks closely
# description: |
#   Each inspection template finds all masked fields, reports a finding that is only possible, and has neither rules that
#   drop findings nor a limit on their number: what is not reported is not masked.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-009
#   severity: high
#   group: data
#   needs_charter: true
#   judges: ["gcp:dataloss/preventionInspectTemplate:PreventionInspectTemplate"]
#   remediation: Leave minLikelihood at POSSIBLE or below, and remove ruleSets, limits, minLikelihoodPerInfoTypes and includeQuote; list every kind.
#   controls: ["GDPR Art. 25"]
package lockgate.rules.data.dat_009

import data.lockgate.lib.masking
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("DAT-009", template, status, message) if {
	some template in masking.inspections
	parts := _parts(template)
	status := value.worst({part | some part in parts})
	message := sprintf("%s%s", [_said[status], concat(", ", sort({name | some name, part in parts; part == status; status != "pass"}))])
}

_said := {
	"pass": "it finds what the charter masks, closely",
	"undetermined": "unknown until the deployment: ",
	"fail": "it lets data through: ",
}

_parts(template) := {
	"a kind of data is not looked for": value.worst({masking.finds(template, kind) | some kind in masking.all_kinds}),
	"minLikelihood is too high": _likelihood(value.at(template, ["inspectConfig", "minLikelihood"])),
	"minLikelihoodPerInfoTypes is set": _none(template, "minLikelihoodPerInfoTypes"),
	"ruleSets is set": _none(template, "ruleSets"),
	"limits is set": _none(template, "limits"),
	"includeQuote repeats the data": value.none_of(value.at(template, ["inspectConfig", "includeQuote"]), {true}),
}

# Google takes POSSIBLE where nothing is said.
_likelihood(given) := "pass" if {
	given.state == "absent"
} else := value.one_of(given, {allowed | some allowed in data.params.safety.likelihoods})

_none(template, key) := "pass" if {
	value.at(template, ["inspectConfig", key]).state == "absent"
} else := value.one_of(value.at(template, ["inspectConfig", key]), {[], {}})
