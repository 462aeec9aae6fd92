# METADATA
# title: The ledger can be restored
# description: |
#   A Cloud SQL instance is backed up within the residency and can be restored to any moment of the last days.
#   What was reserved and spent is evidence; without a backup a mistake erases it.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LED-004
#   severity: high
#   group: ledger
#   needs_charter: false
#   judges: ["gcp:sql/databaseInstance:DatabaseInstance"]
#   remediation: In settings.backupConfiguration set enabled and pointInTimeRecoveryEnabled to true, location to a region of data.residency, and keep at least 14 backups and 7 days of logs.
#   controls: ["CKV_GCP_14", "CIS GCP 6.7"]
package lockgate.rules.ledger.led_004

import data.lockgate.lib.charter
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("LED-004", instance, status, message) if {
	some instance in plan.of("gcp:sql/databaseInstance:DatabaseInstance")
	checks := _checks(instance)
	status := value.worst({check.status | some check in checks})
	message := _message(status, [check.text | some check in checks; check.status == status])
}

_message(status, texts) := "is backed up, and can be restored to any moment of the last days" if {
	status == "pass"
} else := concat("; ", texts)

_checks(instance) := [
	_check(value.equals(enabled, true), "backups: enabled is %s", enabled),
	_check(value.equals(moments, true), "pointInTimeRecoveryEnabled is %s", moments),
	_check(_location(location), "backups are in %s, outside data.residency", location),
	_check(_least(backups, data.params.ledger.default_backups, data.params.ledger.min_backups), "keeps %s backups, too few", backups),
	_check(_least(days, data.params.ledger.default_log_days, data.params.ledger.min_log_days), "keeps %s days of logs, too few", days),
] if {
	given := ["settings", "backupConfiguration"]
	enabled := value.at(instance, array.concat(given, ["enabled"]))
	moments := value.at(instance, array.concat(given, ["pointInTimeRecoveryEnabled"]))
	location := value.at(instance, array.concat(given, ["location"]))
	backups := value.at(instance, array.concat(given, ["backupRetentionSettings", "retainedBackups"]))
	days := value.at(instance, array.concat(given, ["transactionLogRetentionDays"]))
}

_check(status, text, found) := {"status": status, "text": sprintf(text, [value.show(found)])}

# Google's default for backups is the multi-region nearest to the instance, eu or us.
_location(location) := "pass" if {
	not charter.present
} else := value.one_of(location, input.charter.data.residency)

_least(found, default_, least) := value.at_least({"state": "known", "value": default_}, least) if {
	found.state == "absent"
} else := value.at_least(found, least)
