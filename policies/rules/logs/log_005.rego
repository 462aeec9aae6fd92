# METADATA
# title: Nothing is left out of the logs
# description: |
#   Every sink is on, excludes nothing and writes as an identity of its own, and no exclusion stands beside them. What is
#   excluded is not stored anywhere, and an exclusion is the quietest way to do something unseen.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LOG-005
#   severity: high
#   group: logs
#   needs_charter: false
#   judges:
#     - "gcp:logging/projectSink:ProjectSink"
#     - "gcp:logging/folderSink:FolderSink"
#     - "gcp:logging/organizationSink:OrganizationSink"
#     - "gcp:logging/projectExclusion:ProjectExclusion"
#     - "gcp:logging/folderExclusion:FolderExclusion"
#     - "gcp:logging/organizationExclusion:OrganizationExclusion"
#     - "gcp:logging/billingAccountExclusion:BillingAccountExclusion"
#   remediation: Remove the exclusion; leave the sink's exclusions empty, disabled false and uniqueWriterIdentity true.
#   controls: ["EU AI Act Art. 12"]
package lockgate.rules.logs.log_005

import data.lockgate.lib.logs
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("LOG-005", sink, status, _messages[status]) if {
	some sink in logs.sinks
	status := _status(sink)
}

# Google's own default sink is one among others: it may be off.
_status(sink) := "pass" if {
	value.at(sink, ["name"]).value == "_Default"
	value.at(sink, ["disabled"]).value == true
} else := value.worst({logs.whole(sink), value.none_of(value.at(sink, ["uniqueWriterIdentity"]), {false})})

_messages := {
	"pass": "the sink leaves nothing out",
	"undetermined": "what the sink leaves out is unknown until the deployment",
	"fail": "the sink is disabled, excludes logs, or writes as Google's shared identity",
}

findings contains result.of("LOG-005", exclusion, status, message) if {
	some exclusion in _exclusions
	status := value.equals(value.at(exclusion, ["disabled"]), true)
	message := sprintf("logs are excluded by %s", [value.show(value.at(exclusion, ["filter"]))])
}

_exclusions := plan.of_any([
	"gcp:logging/projectExclusion:ProjectExclusion",
	"gcp:logging/folderExclusion:FolderExclusion",
	"gcp:logging/organizationExclusion:OrganizationExclusion",
	"gcp:logging/billingAccountExclusion:BillingAccountExclusion",
])
