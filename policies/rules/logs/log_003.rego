# METADATA
# title: Audit logs cannot be shortened or deleted
# description: |
#   A bucket with audit logs is locked, unless the charter says that it need not be, and the program cannot drop it: who
#   is being audited must not be able to shorten the record.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LOG-003
#   severity: high
#   group: logs
#   needs_charter: false
#   judges:
#     - "gcp:logging/projectBucketConfig:ProjectBucketConfig"
#     - "gcp:logging/folderBucketConfig:FolderBucketConfig"
#     - "gcp:logging/organizationBucketConfig:OrganizationBucketConfig"
#     - "gcp:logging/billingAccountBucketConfig:BillingAccountBucketConfig"
#   remediation: Set locked to true and register the bucket with protect=True (or deletionPolicy PREVENT).
#   controls: ["EU AI Act Art. 19"]
package lockgate.rules.logs.log_003

import data.lockgate.lib.charter
import data.lockgate.lib.logs
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("LOG-003", bucket, status, message) if {
	some bucket in logs.buckets
	status := value.worst({_locked(bucket), _protected(bucket)})
	message := sprintf("%s; locked is %s, protect is %v", [
		_wanted(bucket),
		value.show(value.at(bucket, ["locked"])),
		bucket.protect,
	])
}

_locked(bucket) := value.equals(value.at(bucket, ["locked"]), true) if {
	_locks
	bucket.urn in logs.audit_buckets
} else := "pass"

default _locks := true

_locks := false if {
	charter.present
	input.charter.logging.locked == false
}

_protected(bucket) := "pass" if {
	bucket.protect
} else := "pass" if {
	not _locks
} else := value.equals(value.at(bucket, ["deletionPolicy"]), "PREVENT")

_wanted(bucket) := "the charter keeps logs that can be thrown away" if {
	not _locks
} else := "it holds audit logs, and has to be locked and protected" if {
	bucket.urn in logs.audit_buckets
} else := "it holds no audit logs, and has to be protected"
