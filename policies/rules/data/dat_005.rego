# METADATA
# title: Transcripts are encrypted with the project's own key
# description: |
#   Each dataset encrypts its tables with a key that the project controls. Transcripts hold what people wrote about
#   themselves; destroying the key makes all copies unreadable at once.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-005
#   severity: high
#   group: data
#   needs_charter: false
#   judges: ["gcp:bigquery/dataset:Dataset"]
#   remediation: Set defaultEncryptionConfiguration.kmsKeyName to a key of the dataset's location.
#   controls: ["CKV_GCP_81"]
package lockgate.rules.data.dat_005

import data.lockgate.lib.cmek
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("DAT-005", dataset, status, message) if {
	some dataset in plan.of("gcp:bigquery/dataset:Dataset")
	status := cmek.keyed(dataset, ["defaultEncryptionConfiguration", "kmsKeyName"])
	message := sprintf("the key is %s", [value.show(value.at(dataset, ["defaultEncryptionConfiguration", "kmsKeyName"]))])
}
