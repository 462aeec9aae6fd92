# METADATA
# title: Log buckets are encrypted with the project's own key
# description: |
#   Logs name people and what they did. Encrypted with a key of the project, they can be made unreadable at once by
#   whoever answers for them; CMEK on a log bucket can be added, but never taken away again.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LOG-004
#   severity: high
#   group: logs
#   needs_charter: false
#   judges:
#     - "gcp:logging/projectBucketConfig:ProjectBucketConfig"
#     - "gcp:logging/folderBucketConfig:FolderBucketConfig"
#     - "gcp:logging/organizationBucketConfig:OrganizationBucketConfig"
#     - "gcp:logging/billingAccountBucketConfig:BillingAccountBucketConfig"
#   remediation: Set cmekSettings.kmsKeyName to a key of the bucket's region.
#   controls: []
package lockgate.rules.logs.log_004

import data.lockgate.lib.cmek
import data.lockgate.lib.logs
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("LOG-004", bucket, status, message) if {
	some bucket in logs.buckets
	status := cmek.keyed(bucket, ["cmekSettings", "kmsKeyName"])
	message := sprintf("the key is %s", [value.show(value.at(bucket, ["cmekSettings", "kmsKeyName"]))])
}
