# METADATA
# title: The ledger is as large as the charter says
# description: |
#   A Cloud SQL instance has the tier, the disk and the standby of the charter's capacity.database, and its disk
#   does not grow by itself: a disk that grows is spend that nobody decided, and it never shrinks.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LED-006
#   severity: medium
#   group: ledger
#   needs_charter: true
#   judges: ["gcp:sql/databaseInstance:DatabaseInstance"]
#   remediation: Set tier, edition, diskSize and availabilityType of settings as capacity.database says, and diskAutoresize to false; or raise the charter with its sponsor.
#   controls: []
package lockgate.rules.ledger.led_006

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_wanted := input.charter.capacity.database

findings contains result.of("LED-006", instance, status, message) if {
	some instance in plan.of("gcp:sql/databaseInstance:DatabaseInstance")
	checks := _checks(instance)
	status := value.worst({check.status | some check in checks})
	message := _message(status, [check.text | some check in checks; check.status == status])
}

_message(status, texts) := "is as large as the charter says" if {
	status == "pass"
} else := concat("; ", texts)

_checks(instance) := [
	_check("tier is %s; the charter has %v", tier, _wanted.tier, value.equals(tier, _wanted.tier)),
	_check("edition is %s; the tier is one of %v", edition, _edition, value.equals(edition, _edition)),
	_check("diskSize is %s GiB; the charter has %v", disk, _wanted.disk_gib, value.equals(value.number(disk), _wanted.disk_gib)),
	_check("diskAutoresize is %s; it has to be %v", grows, false, value.equals(grows, false)),
	_check("availabilityType is %s; capacity.database.high_availability is %v", standby, _wanted.high_availability, _standby(standby)),
] if {
	tier := value.at(instance, ["settings", "tier"])
	edition := value.at(instance, ["settings", "edition"])
	disk := value.at(instance, ["settings", "diskSize"])
	grows := value.at(instance, ["settings", "diskAutoresize"])
	standby := value.at(instance, ["settings", "availabilityType"])
}

_check(text, found, wanted, status) := {"status": status, "text": sprintf(text, [value.show(found), wanted])}

# From PostgreSQL 16 on Google's default is the dearer one.
_edition := "ENTERPRISE_PLUS" if {
	startswith(_wanted.tier, "db-perf-optimized-")
} else := "ENTERPRISE"

_standby(standby) := value.equals(standby, "REGIONAL") if {
	_wanted.high_availability
} else := value.none_of(standby, ["REGIONAL"])
