# METADATA
# title: No bucket can become public
# description: |
#   Each storage bucket prevents public access and has access rules for the bucket as a whole, so that no grant and no
#   access list on a single object opens what is in it.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-011
#   severity: critical
#   group: data
#   needs_charter: false
#   judges: ["gcp:storage/bucket:Bucket"]
#   remediation: Set publicAccessPrevention to enforced and uniformBucketLevelAccess to true.
#   controls: ["CKV_GCP_114", "CKV_GCP_29", "CIS GCP 5.2"]
package lockgate.rules.data.dat_011

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("DAT-011", bucket, status, message) if {
	some bucket in plan.of("gcp:storage/bucket:Bucket")
	prevention := value.at(bucket, ["publicAccessPrevention"])
	uniform := value.at(bucket, ["uniformBucketLevelAccess"])
	status := value.worst({value.equals(prevention, "enforced"), value.equals(uniform, true)})
	message := sprintf("publicAccessPrevention is %s, uniformBucketLevelAccess is %s", [
		value.show(prevention),
		value.show(uniform),
	])
}
