# METADATA
# title: There is a place for transcripts
# description: |
#   The plan holds a BigQuery dataset at logging.location for what models were asked and answered. Without one, transcripts
#   land wherever a service makes a table by itself, or nowhere, and who contests an output gets no answer.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-004
#   severity: high
#   group: data
#   needs_charter: true
#   judges: stack
#   remediation: Add the logs component, or a gcp.bigquery.Dataset with location logging.location.
#   controls: ["EU AI Act Art. 12"]
package lockgate.rules.data.dat_004

import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("DAT-004", statuses, {
	"pass": sprintf("a dataset is planned in %s", [_location]),
	"undetermined": sprintf("no dataset is known to be planned in %s until the deployment", [_location]),
	"fail": sprintf("no dataset is planned in %s", [_location]),
}) if {
	statuses := {value.worst({
		value.one_of(value.at(dataset, ["location"]), {_location, upper(_location)}),
		project.own(value.at(dataset, ["project"])),
	}) |
		some dataset in plan.of("gcp:bigquery/dataset:Dataset")
	}
}

_location := input.charter.logging.location
