# METADATA
# title: Log-based metrics are on and read the journal alone
# description: |
#   Each log-based metric is enabled, and one that takes a value is a distribution of one field of an entry. A metric
#   that is off keeps its last figure, and everything built on it is calm.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-011
#   severity: medium
#   group: observability
#   needs_charter: false
#   judges: ["gcp:logging/metric:Metric"]
#   remediation: Remove disabled; give a metric with a valueExtractor the value type DISTRIBUTION, and one without INT64.
#   controls: []
package lockgate.rules.observability.obs_011

import data.lockgate.lib.alert
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("OBS-011", metric, status, message) if {
	some metric in alert.metrics
	type := value.at(metric, ["metricDescriptor", "valueType"])
	status := value.worst({
		value.none_of(value.at(metric, ["disabled"]), [true]),
		value.given(metric, ["filter"]),
		_typed(type, value.at(metric, ["valueExtractor"])),
	})
	message := sprintf("is disabled %s, of type %s, from %s", [
		value.show(value.at(metric, ["disabled"])),
		value.show(type),
		value.show(value.at(metric, ["valueExtractor"])),
	])
}

# Cloud Logging API v2, LogMetric: without a descriptor a metric counts entries.
_typed(type, extractor) := value.none_of(type, ["DISTRIBUTION"]) if {
	extractor.state == "absent"
} else := value.equals(type, "DISTRIBUTION")
