# METADATA
# title: Transcripts expire
# description: |
#   Each dataset deletes its tables after data.retention_days at the latest, and its partitions too; no table of the plan
#   asks for longer. BigQuery keeps for ever what nobody told it to delete.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-002
#   severity: critical
#   group: data
#   needs_charter: true
#   judges: ["gcp:bigquery/dataset:Dataset", "gcp:bigquery/table:Table"]
#   remediation: Set defaultTableExpirationMs (and defaultPartitionExpirationMs, if at all) to data.retention_days in milliseconds or less; leave expiry out of tables.
#   controls: ["GDPR Art. 5"]
package lockgate.rules.data.dat_002

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_most := ((input.charter.data.retention_days * 24) * 3600) * 1000

findings contains result.of("DAT-002", dataset, status, message) if {
	some dataset in plan.of("gcp:bigquery/dataset:Dataset")
	tables := value.at(dataset, ["defaultTableExpirationMs"])
	partitions := value.at(dataset, ["defaultPartitionExpirationMs"])
	status := value.worst({_within(tables), _within_or_absent(partitions)})
	message := sprintf("tables expire after %s ms, partitions after %s; the charter keeps data %d days, %d ms", [
		value.show(tables),
		value.show(partitions),
		input.charter.data.retention_days,
		_most,
	])
}

findings contains result.of("DAT-002", table, status, message) if {
	some table in plan.of("gcp:bigquery/table:Table")
	partitions := value.at(table, ["timePartitioning", "expirationMs"])
	expires := value.at(table, ["expirationTime"])
	status := value.worst({_within_or_absent(partitions), _in_time(expires)})
	message := sprintf("partitions expire after %s ms, the table at %s; the charter keeps data %d days", [
		value.show(partitions),
		value.show(expires),
		input.charter.data.retention_days,
	])
}

_within(given) := value.worst({value.at_most(given, _most), value.at_least(given, data.params.data.min_expiry_ms)})

# What is not said is as the dataset says.
_within_or_absent(given) := "pass" if {
	given.state == "absent"
} else := _within(given)

_in_time(given) := "pass" if {
	given.state == "absent"
} else := value.at_most(given, (time.parse_rfc3339_ns(input.now) / 1000000) + _most)
