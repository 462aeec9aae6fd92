# METADATA
# title: Images are scanned
# description: |
#   Each repository of images is scanned for known vulnerabilities as the project is set, and not exempted.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SUP-006
#   severity: medium
#   group: supply_chain
#   needs_charter: false
#   judges: ["gcp:artifactregistry/repository:Repository"]
#   remediation: Set vulnerabilityScanningConfig.enablementConfig to INHERITED.
#   controls: []
package lockgate.rules.supply_chain.sup_006

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("SUP-006", repository, status, message) if {
	some repository in plan.of("gcp:artifactregistry/repository:Repository")
	scanning := value.at(repository, ["vulnerabilityScanningConfig", "enablementConfig"])
	status := value.none_of(scanning, ["DISABLED"])
	message := sprintf("vulnerability scanning is %s", [value.show(scanning)])
}
