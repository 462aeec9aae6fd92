# METADATA
# title: Spend is allocated to its owner
# description: |
#   Each provider labels what it makes with the use case, the environment, the charter's cost centre and an owner
#   whom the charter names. What has no label is paid by whoever has the project.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-015
#   severity: medium
#   group: finance
#   needs_charter: true
#   judges: ["pulumi:providers:gcp"]
#   remediation: "Set default_labels of the gcp.Provider: use_case, environment, cost_centre as in the charter, owner the name in front of the @ of an owner's mailbox."
#   controls: []
package lockgate.rules.finance.fin_015

import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_wanted := {
	"use_case": {input.charter.use_case.name},
	"environment": {input.charter.use_case.environment},
	"cost_centre": {input.charter.money.cost_centre},
	"owner": {label | some mailbox in _owners; some label in _labels(mailbox)},
}

_owners := {input.charter.money.finops_owner, input.charter.business.sponsor, input.charter.business.adoption_owner}

# Google Cloud, "Labels overview": 63 lower-case letters, digits, _ and -.
_labels(mailbox) := {substring(regex.replace(lower(text), `[^a-z0-9_-]`, "-"), 0, 63) |
	some text in {mailbox, split(mailbox, "@")[0]}
}

findings contains result.of("FIN-015", provider, status, message) if {
	some provider in plan.of("pulumi:providers:gcp")
	labels := plan.setting(provider, "defaultLabels")
	faults := {key: _status(labels, key) | some key, _ in _wanted}
	status := value.worst({fault | some fault in faults})
	wrong := [sprintf("%s is %s", [key, value.show(_label(labels, key))]) | some key, fault in faults; fault != "pass"]
	message := concat("; ", [line | some line in array.concat(["labels what it makes for cost allocation"], wrong)])
}

_status(labels, key) := value.one_of(_label(labels, key), _wanted[key])

_label(labels, key) := item.part(labels, key)
