# METADATA
# title: Requests and responses are logged
# description: |
#   Each endpoint logs the charter's share of requests and responses to a dataset of the plan, whose tables expire. With
#   only a project as destination, Vertex AI makes a dataset of its own, without expiry and without the project's key.
# schemas:
#   - input: schema["input"]
# custom:
#   id: END-006
#   severity: high
#   group: endpoint
#   needs_charter: true
#   judges: ["gcp:vertex/aiEndpoint:AiEndpoint"]
#   remediation: Set predictRequestResponseLoggingConfig with enabled true, samplingRate logging.transcript_sampling and outputUri bq://<project>.<dataset of the plan>.
#   controls: ["EU AI Act Art. 12"]
package lockgate.rules.endpoint.end_006

import data.lockgate.lib.item
import data.lockgate.lib.models
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.of("END-006", endpoint, status, message) if {
	some endpoint in models.endpoints
	enabled := value.at(endpoint, ["predictRequestResponseLoggingConfig", "enabled"])
	share := value.at(endpoint, ["predictRequestResponseLoggingConfig", "samplingRate"])
	status := value.worst({
		value.equals(enabled, true),
		value.at_least(share, input.charter.logging.transcript_sampling),
		_destination(endpoint),
	})
	message := sprintf("logging enabled is %s, share %s, to %s; the charter's share is %v, to a dataset of the plan", [
		value.show(enabled),
		value.show(share),
		value.show(_uri(endpoint)),
		input.charter.logging.transcript_sampling,
	])
}

_uri(endpoint) := value.at(endpoint, ["predictRequestResponseLoggingConfig", "bigqueryDestination", "outputUri"])

_destination(endpoint) := value.one_of({"state": "known", "value": dataset}, _datasets) if {
	_uri(endpoint).state == "known"
	dataset := regex.replace(item.text(_uri(endpoint)), `^bq://([^.]+)\.([^.]+)(\.[^.]+)?$`, "$1.$2")
} else := "pass" if {
	_uri(endpoint).state == "unknown"
	count(plan.referred(endpoint, "predictRequestResponseLoggingConfig", "gcp:bigquery/dataset:Dataset")) > 0
} else := value.equals(_uri(endpoint), "")

_datasets contains sprintf("%s.%s", [project, id]) if {
	some dataset in plan.of("gcp:bigquery/dataset:Dataset")
	id := value.at(dataset, ["datasetId"]).value
	some project in {input.charter.cloud.project, input.charter.cloud.project_number}
}
