# METADATA
# title: No log lands in Google's global bucket
# description: |
#   The project's _Default sink is pointed at a log bucket of the plan, or is off. By default it fills a bucket that lies
#   in no region, with whatever a program writes, and that is outside any residency.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LOG-010
#   severity: high
#   group: logs
#   needs_charter: true
#   judges: stack
#   remediation: Add the logs component, or a gcp.logging.ProjectSink named _Default whose destination is a regional log bucket of the plan.
#   controls: []
package lockgate.rules.logs.log_010

import data.lockgate.lib.logs
import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.any_of("LOG-010", statuses, {
	"pass": "the _Default sink writes to a log bucket within the residency",
	"undetermined": "where the _Default sink writes is unknown until the deployment",
	"fail": "the _Default sink writes to a bucket that lies in no region of data.residency",
}) if {
	statuses := {_away(sink) | some sink in _default_sinks}
}

_default_sinks := [sink |
	some sink in plan.of("gcp:logging/projectSink:ProjectSink")
	value.at(sink, ["name"]).value == "_Default"
	logs.takes(sink) != "fail"
]

_away(sink) := "pass" if {
	value.at(sink, ["disabled"]).value == true
} else := value.best({value.worst({status, project.resident(value.at(plan.by_urn[urn], ["location"]))}) |
	some urn, status in logs.destinations(sink)
})
