# METADATA
# title: The charter says who is concerned, and by what
# description: |
#   What the use case does, whom it concerns, when a case is risky, where data comes from and what people do
#   without a model are answers, not placeholders. Who signs off reads exactly these lines.
# schemas:
#   - input: schema["input"]
# custom:
#   id: GOV-010
#   severity: medium
#   group: governance
#   needs_charter: true
#   judges: stack
#   remediation: Fill in the named keys of the charter with what holds for this use case.
#   controls: ["NIST AI RMF MAP 1.1"]
package lockgate.rules.governance.gov_010

import data.lockgate.lib.placeholder
import data.lockgate.lib.result
import data.lockgate.lib.value

_hollow := union({
	placeholder.found(input.charter.use_case, "use_case"),
	placeholder.found(input.charter.risk, "risk"),
	placeholder.found(input.charter.data.sources, "data.sources"),
	placeholder.found(input.charter.data.categories, "data.categories"),
	placeholder.unfinished(input.charter.data.masked_fields, "data.masked_fields"),
	placeholder.unfinished(input.charter.models, "models"),
	placeholder.found(input.charter.routing, "routing"),
	placeholder.found(input.charter.logging.auditors, "logging.auditors"),
})

_prose := {
	"use_case.summary": input.charter.use_case.summary,
	"routing.fallback.description": input.charter.routing.fallback.description,
}

_short := {sprintf("%s is only %q", [key, text]) | some key, text in _prose; placeholder.too_short(text)}

findings contains result.on_stack("GOV-010", status, message) if {
	faults := _hollow | _short
	status := value.best({"pass" | count(faults) == 0})
	message := concat("; ", array.concat(["who is concerned, and by what"], sort(faults)))
}
