# METADATA
# title: Nobody is exempt from Data Access logs
# description: |
#   No audit configuration of the plan exempts members. An exemption is made for the account that calls most, which is
#   the one whose calls matter.
# schemas:
#   - input: schema["input"]
# custom:
#   id: LOG-007
#   severity: high
#   group: logs
#   needs_charter: false
#   judges:
#     - "gcp:projects/iAMAuditConfig:IAMAuditConfig"
#     - "gcp:folder/iamAuditConfig:IamAuditConfig"
#     - "gcp:organizations/iamAuditConfig:IamAuditConfig"
#   remediation: Remove exemptedMembers from auditLogConfigs.
#   controls: ["CIS GCP 2.1"]
package lockgate.rules.logs.log_007

import data.lockgate.lib.logs
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("LOG-007", config, status, message) if {
	some config in logs.configs
	status := logs.exemptions(config)
	message := sprintf("%s %s", [_said[status], value.show(value.at(config, ["service"]))])
}

_said := {
	"pass": "nobody is exempt from the logs of",
	"undetermined": "who is exempt is unknown until the deployment, for",
	"fail": "somebody is exempt from the logs of",
}
