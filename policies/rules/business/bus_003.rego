# METADATA
# title: The KPI promises an improvement
# description: |
#   The target is better than the baseline by more than the measurement's noise. A promise of nothing is kept by
#   doing nothing.
# schemas:
#   - input: schema["input"]
# custom:
#   id: BUS-003
#   severity: medium
#   group: business
#   needs_charter: true
#   judges: stack
#   remediation: Set business.kpi.target to what the sponsor was promised, or do not build the use case.
#   controls: []
package lockgate.rules.business.bus_003

import data.lockgate.lib.result
import data.lockgate.lib.value

_kpi := input.charter.business.kpi

_distance := abs(_kpi.target - _kpi.baseline)

# Against a baseline of zero any improvement is infinitely many per cent of it.
_improvement := 100 if {
	_kpi.baseline == 0
	_distance > 0
} else := 0 if {
	_distance == 0
} else := (100 * _distance) / abs(_kpi.baseline)

findings contains result.on_stack("BUS-003", status, message) if {
	wanted := data.params.business.min_improvement_percent
	status := value.at_least(value.of(_improvement), wanted)
	message := sprintf("business.kpi goes from %v to %v %s; a change of %v %% or more is wanted", [
		_kpi.baseline,
		_kpi.target,
		_kpi.unit,
		wanted,
	])
}
