# METADATA
# title: Functions are reached from inside only
# description: |
#   Each function or service takes requests from the project's own networks and Google's own triggers, not from the
#   internet. An address that the internet reaches is found and tried, whatever IAM says.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-006
#   severity: critical
#   group: routing
#   needs_charter: false
#   judges: ["gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function", "gcp:cloudrun/service:Service", "gcp:cloudrunv2/service:Service"]
#   remediation: Set serviceConfig.ingressSettings to ALLOW_INTERNAL_ONLY (INGRESS_TRAFFIC_INTERNAL_ONLY for a Cloud Run service).
#   controls: ["CKV_GCP_124"]
package lockgate.rules.routing.rou_006

import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

findings contains result.of("ROU-006", resource, status, message) if {
	some resource in serving.all
	ingress := serving.setting(resource, "ingress")
	status := value.worst({
		value.one_of(ingress, data.params.routing.internal_ingress),
		value.none_of(value.at(resource, ["invokerIamDisabled"]), [true]),
	})
	message := sprintf("ingress is %s%s%s", [value.show(ingress), _open[status], _unasked(resource)])
}

_open := {"pass": "", "undetermined": "", "fail": "; only the project's own networks may reach it"}

_unasked(resource) := ", and IAM is not asked (invokerIamDisabled)" if {
	value.at(resource, ["invokerIamDisabled"]).value == true
} else := ""
