# METADATA
# title: Everything is made in the project that the budget watches
# description: |
#   Each provider names the charter's project, and no resource names another. What is made elsewhere is paid for
#   elsewhere: no budget of this plan sees its cost, and no log of this plan what it does.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-021
#   severity: critical
#   group: finance
#   needs_charter: true
#   judges: stack
#   remediation: Set project of the gcp.Provider to cloud.project, and take project off single resources, or set it to the same.
#   controls: []
package lockgate.rules.finance.fin_021

import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("FIN-021", status, message) if {
	status := value.worst({place.status | some place in _providers})
	message := sprintf("%d providers; the charter's project is %s", [count(_providers), input.charter.cloud.project])
}

findings contains result.of("FIN-021", place.resource, place.status, message) if {
	some place in (_providers | _strays)
	place.status != "pass"
	message := sprintf("project is %s; the charter's is %s", [value.show(place.given), input.charter.cloud.project])
}

# Without a project of its own a provider takes the one of whoever runs the program.
_providers := {{"resource": provider, "given": given, "status": status} |
	some provider in plan.of("pulumi:providers:gcp")
	given := value.at(provider, ["project"])
	status := _of_provider(given)
}

_of_provider(given) := "undetermined" if {
	given.state == "absent"
} else := project.own(given)

_strays := {{"resource": resource, "given": given, "status": status} |
	count(_foreign) > 0
	some type, resources in input.by_type
	startswith(type, "gcp:")
	some resource in resources
	resource.inputs.project in _foreign
	given := value.of(resource.inputs.project)
	status := project.own(given)
	status != "pass"
}

# What resources give as their project and is not ours. Mostly nothing: then no resource is looked at again.
_foreign := {resource.inputs.project |
	some type, resources in input.by_type
	startswith(type, "gcp:")
	some resource in resources
} - project.spellings
