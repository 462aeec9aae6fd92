# METADATA
# title: No spend escapes its cost centre
# description: |
#   Every resource is registered with a provider that the plan shows, and none carries a label of its own that
#   overrides the provider's. Otherwise part of the spend is allocated to nobody, or to somebody else.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-016
#   severity: medium
#   group: finance
#   needs_charter: true
#   judges: stack
#   remediation: Register each resource with the stack's gcp.Provider (a component passes it to its children), and remove cost allocation labels from single resources.
#   controls: []
package lockgate.rules.finance.fin_016

import data.lockgate.lib.result
import data.lockgate.lib.value

_wanted := {
	"use_case": input.charter.use_case.name,
	"environment": input.charter.use_case.environment,
	"cost_centre": input.charter.money.cost_centre,
}

_unlabelled := {resource.name |
	some type, resources in input.by_type
	startswith(type, "gcp:")
	some resource in resources
	resource.provider == null
	resource.custom
}

findings contains result.on_stack("FIN-016", status, message) if {
	status := value.best({"pass" | count(_unlabelled) == 0} | {"undetermined"})
	message := sprintf("%d resources are registered with the default provider, whose labels no plan shows%s", [
		count(_unlabelled),
		concat("", {sprintf(": %s", [_few(_unlabelled)]) | count(_unlabelled) > 0}),
	])
}

findings contains result.of("FIN-016", resource, status, message) if {
	some type, resources in input.by_type
	startswith(type, "gcp:")
	some resource in resources
	labels := resource.inputs.labels
	some key, wanted in _wanted
	label := value.of(labels[key])
	status := value.equals(label, wanted)
	status != "pass"
	message := sprintf("overrides the label %s by %s; the charter's is %s", [key, value.show(label), wanted])
}

_few(names) := concat(", ", array.slice(sort(names), 0, 3))
