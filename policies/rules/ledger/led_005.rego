# METADATA
# title: The ledger is not deleted by mistake
# description: |
#   A Cloud SQL instance is protected from deletion by the program, by the provider and by Google, and its databases
#   by the program.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LED-005
#   severity: high
#   group: ledger
#   needs_charter: false
#   judges: ["gcp:sql/databaseInstance:DatabaseInstance", "gcp:sql/database:Database"]
#   remediation: Register it with pulumi.ResourceOptions(protect=True); on the instance set settings.deletionProtectionEnabled to true and leave deletionProtection at true.
#   controls: []
package lockgate.rules.ledger.led_005

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("LED-005", resource, status, message) if {
	some resource in plan.of_any(["gcp:sql/databaseInstance:DatabaseInstance", "gcp:sql/database:Database"])
	[status, message] := _judgement(resource)
}

_judgement(resource) := ["fail", "is not protected: the next update may delete it"] if {
	not resource.protect
} else := ["pass", "is protected"] if {
	resource.type == "gcp:sql/database:Database"
} else := [status, message] if {
	google := value.at(resource, ["settings", "deletionProtectionEnabled"])
	provider := value.at(resource, ["deletionProtection"])
	status := value.worst({value.equals(google, true), value.none_of(provider, [false])})
	message := sprintf(
		"settings.deletionProtectionEnabled is %s, deletionProtection is %s",
		[value.show(google), value.show(provider)],
	)
}
