# METADATA
# title: Logs are kept for as long as the charter says
# description: |
#   A bucket with audit logs keeps them for at least logging.retention_days. Any other keeps what happened for exactly
#   data.retention_days: for less, and nobody can answer who contests an output; for more, and personal data that an
#   error message repeats outlives the promise.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LOG-002
#   severity: high
#   group: logs
#   needs_charter: true
#   judges:
#     - "gcp:logging/projectBucketConfig:ProjectBucketConfig"
#     - "gcp:logging/folderBucketConfig:FolderBucketConfig"
#     - "gcp:logging/organizationBucketConfig:OrganizationBucketConfig"
#     - "gcp:logging/billingAccountBucketConfig:BillingAccountBucketConfig"
#   remediation: Set retentionDays to the charter's logging.retention_days (audit logs) or data.retention_days (all others).
#   controls: ["EU AI Act Art. 19", "GDPR Art. 5"]
package lockgate.rules.logs.log_002

import data.lockgate.lib.logs
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("LOG-002", bucket, status, message) if {
	some bucket in logs.buckets
	bucket.urn in logs.audit_buckets
	status := value.at_least(logs.retention(bucket), input.charter.logging.retention_days)
	message := sprintf(
		"audit logs are kept %s days; the charter says %d",
		[value.show(logs.retention(bucket)), input.charter.logging.retention_days],
	)
}

findings contains result.of("LOG-002", bucket, status, message) if {
	some bucket in logs.buckets
	not bucket.urn in logs.audit_buckets
	status := value.equals(logs.retention(bucket), input.charter.data.retention_days)
	message := sprintf(
		"logs are kept %s days; the charter keeps data %d days, and no audit logs come here",
		[value.show(logs.retention(bucket)), input.charter.data.retention_days],
	)
}
