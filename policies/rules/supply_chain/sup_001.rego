# METADATA
# title: Every API that the stack calls is enabled by it
# description: |
#   For each type of resource in the plan, and for the models of the charter, the plan enables the Google APIs
#   behind it, and each type is of a kind that the rules know. An API that somebody enabled by hand is one that the next project lacks, and that nobody reviewed.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SUP-001
#   severity: medium
#   group: supply_chain
#   needs_charter: false
#   judges: stack
#   remediation: Add a gcp.projects.Service for the API; for a kind that the rules do not know, have security add it to policies/data/supply_chain.json.
#   controls: []
package lockgate.rules.supply_chain.sup_001

import data.lockgate.lib.charter
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_services := [value.at(service, ["service"]) | some service in plan.of("gcp:projects/service:Service")]

_enabled := {service.value | some service in _services; service.state == "known"}

# The modules of the SDK that the plan uses: gcp:pubsub/topic:Topic is of the module pubsub.
_modules contains module if {
	some type, _ in input.by_type
	startswith(type, "gcp:")
	module := split(split(type, "/")[0], ":")[1]
}

_needed contains [api, sprintf("gcp.%s", [module])] if {
	some module in _modules
	some api in object.get(data.params.supply_chain.apis, module, [])
}

_needed contains [api, "every deployment"] if {
	count(_modules) > 0
	some api in data.params.supply_chain.deployment_apis
}

_needed contains [data.params.supply_chain.model_api, "the model list of the charter"] if {
	charter.present
	count(input.charter.models) > 0
}

_missing := {need | some need in _needed; not need[0] in _enabled}

# A kind of resource that no rule was written for.
_strange := {module |
	some module in _modules
	not data.params.supply_chain.apis[module]
	not module in data.params.supply_chain.modules_without_api
}

findings contains result.on_stack("SUP-001", "undetermined", message) if {
	some module in _strange
	message := sprintf("gcp.%s is not among the kinds of resources that the rules know, nor is the API that it calls", [module])
}

_status := "pass" if {
	count(_missing) == 0
} else := "undetermined" if {
	some service in _services
	service.state == "unknown"
} else := "fail"

findings contains result.on_stack("SUP-001", _status, sprintf("%d APIs are needed and enabled", [count(_needed)])) if {
	_status == "pass"
}

findings contains result.on_stack("SUP-001", _status, sprintf("%s is not enabled; %s needs it", [api, concat(", ", sort(users))])) if {
	_status != "pass"
	some [api, _] in _missing
	users := {user | some [other, user] in _missing; other == api}
}
