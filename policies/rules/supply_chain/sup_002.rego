# METADATA
# title: APIs are enabled on purpose and stay enabled
# description: |
#   Each API that the plan enables is one that the rules know, and is left enabled when the stack is destroyed. An
#   API beside them (a second way to the models, a notebook service) is a way around every guardrail; disabling a
#   shared one takes other stacks down.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SUP-002
#   severity: medium
#   group: supply_chain
#   needs_charter: false
#   judges: ["gcp:projects/service:Service"]
#   remediation: Set disableOnDestroy and disableDependentServices to false; remove the API, or have security add it to policies/data/supply_chain.json.
#   controls: []
package lockgate.rules.supply_chain.sup_002

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_known := {api | some apis in data.params.supply_chain.apis; some api in apis} | {api |
	some api in data.params.supply_chain.deployment_apis
}

# Providers before 9.0 disable an API on destroy when nothing is said, so it has to be said.
findings contains result.of("SUP-002", service, status, message) if {
	some service in plan.of("gcp:projects/service:Service")
	api := value.at(service, ["service"])
	destroyed := value.at(service, ["disableOnDestroy"])
	dependents := value.at(service, ["disableDependentServices"])
	known := value.one_of(api, _known)
	status := value.worst({known, value.equals(destroyed, false), value.none_of(dependents, [true])})
	message := sprintf(
		"%s, which the rules %s; disableOnDestroy is %s, disableDependentServices is %s",
		[value.show(api), _words[known], value.show(destroyed), value.show(dependents)],
	)
}

_words := {"pass": "know", "fail": "do not know", "undetermined": "may not know"}
