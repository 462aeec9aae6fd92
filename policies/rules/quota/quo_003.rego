# METADATA
# title: Google does not raise quotas by itself
# description: |
#   The quota adjuster of the project is off. When it is on, Google asks for more quota whenever usage comes near
#   it, and the bound that the charter set is gone without anybody having decided.
# schemas:
#   - input: schema["input"]
# custom:
#   id: QUO-003
#   severity: high
#   group: quota
#   needs_charter: true
#   judges: stack
#   remediation: Add the quota component, or a gcp.cloudquota.SQuotaAdjusterSettings with parent projects/<project> and enablement DISABLED.
#   controls: []
package lockgate.rules.quota.quo_003

import data.lockgate.lib.plan
import data.lockgate.lib.project
import data.lockgate.lib.result
import data.lockgate.lib.value

_type := "gcp:cloudquota/sQuotaAdjusterSettings:SQuotaAdjusterSettings"

findings contains result.any_of("QUO-003", statuses, {
	"pass": "the quota adjuster is off",
	"undetermined": "the quota adjuster is not known to be off until the deployment",
	"fail": "nothing turns the quota adjuster off",
}) if {
	statuses := {value.worst({_off(adjuster), project.own(value.at(adjuster, ["parent"]))}) |
		some adjuster in plan.of(_type)
	}
}

findings contains result.of("QUO-003", adjuster, "fail", message) if {
	some adjuster in plan.of(_type)
	_off(adjuster) == "fail"
	message := sprintf("enablement is %s; DISABLED is expected", [value.show(value.at(adjuster, ["enablement"]))])
}

_off(adjuster) := value.equals(value.at(adjuster, ["enablement"]), "DISABLED")
