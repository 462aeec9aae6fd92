# METADATA
# title: The project is watched from within
# description: |
#   Alert policies, log-based metrics, channels, objectives, services and dashboards are in the charter's project. In
#   another one they measure nothing of this stack, and look as if they did.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-015
#   severity: medium
#   group: observability
#   needs_charter: true
#   judges: ["gcp:logging/metric:Metric", "gcp:monitoring/alertPolicy:AlertPolicy", "gcp:monitoring/customService:CustomService", "gcp:monitoring/dashboard:Dashboard", "gcp:monitoring/notificationChannel:NotificationChannel", "gcp:monitoring/slo:Slo"]
#   remediation: Set project to cloud.project, or leave it out.
#   controls: []
package lockgate.rules.observability.obs_015

import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("OBS-015", resource, status, message) if {
	some type in data.params.observability.watchers
	some resource in plan.of(type)
	given := value.at(resource, ["project"])
	status := project.own(given)
	message := sprintf("project is %s; the charter's is %s", [value.show(given), input.charter.cloud.project])
}
