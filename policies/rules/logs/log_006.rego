# METADATA
# title: Access to data and models is logged
# description: |
#   Data Access logs of all kinds, without exempted members, are on for Vertex AI and, with personal data, for each
#   service that holds or handles it. Google leaves them off: without them nobody can tell who read what. (BigQuery's are
#   always on.)
# schemas:
#   - input: schema["input"]
# custom:
#   id: LOG-006
#   severity: critical
#   group: logs
#   needs_charter: false
#   judges: stack
#   remediation: Add a gcp.projects.IAMAuditConfig for each service named, with ADMIN_READ, DATA_READ and DATA_WRITE and no exemptedMembers.
#   controls: ["EU AI Act Art. 12", "CIS GCP 2.1"]
package lockgate.rules.logs.log_006

import data.lockgate.lib.charter
import data.lockgate.lib.logs
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("LOG-006", status, _message(status)) if {
	status := value.worst({logs.audited(service) | some service in _services})
}

_message("pass") := sprintf("access is logged for %s", [concat(", ", sort(_services))])

_message("undetermined") := sprintf("whether access is logged is unknown until the deployment: %s", [_named("undetermined")])

_message("fail") := sprintf("access is not fully logged for %s", [_named("fail")])

_named(status) := concat(", ", sort({service | some service in _services; logs.audited(service) == status}))

_services := _always | {service | some service in data.params.logs.audited_services_personal} if {
	_personal
} else := _always

_always := {service | some service in data.params.logs.audited_services}

default _personal := true

_personal := false if {
	charter.present
	input.charter.data.personal == false
}
