# METADATA
# title: The stage fits the environment
# description: |
#   Only production is let out to all or to part of the cases. A development or pilot environment has production's
#   data or people only where somebody has mixed them up.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROL-001
#   severity: high
#   group: rollout
#   needs_charter: true
#   judges: stack
#   remediation: Set rollout.stage to pilot, or deploy to production.
#   controls: ["NIST AI RMF MANAGE 1.1"]
package lockgate.rules.rollout.rol_001

import data.lockgate.lib.result
import data.lockgate.lib.value

_stages := {
	"development": {"pilot"},
	"pilot": {"pilot"},
	"production": {"pilot", "limited", "general"},
}

findings contains result.on_stack("ROL-001", status, message) if {
	stage := input.charter.rollout.stage
	environment := input.charter.use_case.environment
	status := value.one_of(value.of(stage), _stages[environment])
	message := sprintf("stage is %s, the environment %s, which allows %s", [
		stage,
		environment,
		concat(", ", _stages[environment]),
	])
}
