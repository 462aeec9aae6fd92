# METADATA
# title: The charter says who is concerned, and by what
# description: |
#   What the use case does, whom it concerns, when a case is risky, where data comes from, what is done to it and
#   why, what an answer has to meet, and what people do without a model are answers, not placeholders. Who signs off
#   reads exactly these lines.
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
	placeholder.found(_whens, "risk"),
	placeholder.found(_sources, "data.sources"),
	placeholder.found(_breaches, "business_rules"),
	union({placeholder.unfinished(terms, section) | some section, terms in _terms}),
	placeholder.found(input.charter.data.categories, "data.categories"),
	placeholder.unfinished(input.charter.data.masked_fields, "data.masked_fields"),
	placeholder.unfinished(input.charter.models, "models"),
	placeholder.found(input.charter.routing, "routing"),
	placeholder.found(input.charter.logging.auditors, "logging.auditors"),
})

_whens := {sprintf("%s.when", [tier]): section.when |
	some tier, section in input.charter.risk
	is_object(section)
}

_sources := {sprintf("%d.%s", [index, concat(".", [sprintf("%v", [step]) | some step in path])]): text |
	some index, source in input.charter.data.sources
	walk(source, [path, text])
	path[count(path) - 1] in {"owner", "description", "why"}
	is_string(text)
}

_breaches := {sprintf("%d.otherwise", [index]): rule.otherwise |
	some index, rule in object.get(input.charter, "business_rules", [])
}

# Names, values and words that are compared. A field may well be called "name", and a separator have no letter.
_terms[section] := {concat(".", [sprintf("%v", [step]) | some step in path]): text |
	walk(part, [path, text])
	is_string(text)
	regex.match(`[\p{L}\p{N}]`, text)
} if {
	some section, place in {
		"data.fields": ["data", "fields"],
		"data.masking": ["data", "masking"],
		"data.sources": ["data", "sources"],
		"segments": ["segments"],
		"risk": ["risk"],
		"output": ["output"],
		"business_rules": ["business_rules"],
		"tenants": ["tenants"],
	}
	part := object.get(input.charter, place, {})
}

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
