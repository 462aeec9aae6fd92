# METADATA
# title: Transcripts are not deleted by mistake
# description: |
#   The program cannot drop a dataset, nor its tables with it: whoever contests an output within the retention has to find
#   it. Where the charter's logs can be thrown away, so can its transcripts.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-006
#   severity: medium
#   group: data
#   needs_charter: false
#   judges: ["gcp:bigquery/dataset:Dataset"]
#   remediation: Register the dataset with protect=True (or deletionPolicy PREVENT), and leave deleteContentsOnDestroy false.
#   controls: []
package lockgate.rules.data.dat_006

import data.lockgate.lib.charter
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("DAT-006", dataset, status, message) if {
	some dataset in plan.of("gcp:bigquery/dataset:Dataset")
	contents := value.at(dataset, ["deleteContentsOnDestroy"])
	status := value.worst({_kept(dataset), value.none_of(contents, {true})})
	message := sprintf("protect is %v, deleteContentsOnDestroy is %s", [dataset.protect, value.show(contents)])
}

_kept(dataset) := "pass" if {
	dataset.protect
} else := "pass" if {
	charter.present
	input.charter.logging.locked == false
} else := value.equals(value.at(dataset, ["deletionPolicy"]), "PREVENT")
