package lockgate.rules.endpoint.end_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.endpoint.end_006

_judged(endpoint) := statuses if {
	statuses := fixture.statuses(end_006.findings) with input as fixture.plan([endpoint, _dataset])
}

_dataset := fixture.resource("gcp:bigquery/dataset:Dataset", "dataset", {"datasetId": "transcripts"})

_logged(changes) := fixture.resource("gcp:vertex/aiEndpoint:AiEndpoint", "e", {"predictRequestResponseLoggingConfig": object.union(
	{
		"enabled": true,
		"samplingRate": 1,
		"bigqueryDestination": {"outputUri": "bq://acme-claims-prod.transcripts.log"},
	},
	changes,
)})

_to(uri) := _logged({"bigqueryDestination": {"outputUri": uri}})

test_passes_when_logged if _judged(_logged({})) == {["e", "pass"]}

test_passes_to_the_dataset_without_a_table if _judged(_to("bq://123456789012.transcripts")) == {["e", "pass"]}

test_passes_by_reference if {
	_judged(fixture.taking(_to(fixture.unknown), "predictRequestResponseLoggingConfig", _dataset)) == {["e", "pass"]}
}

test_fails_without_logging if _judged(fixture.resource("gcp:vertex/aiEndpoint:AiEndpoint", "e", {})) == {["e", "fail"]}

test_fails_when_off if _judged(_logged({"enabled": false})) == {["e", "fail"]}

test_fails_with_a_smaller_share if _judged(_logged({"samplingRate": 0.5})) == {["e", "fail"]}

test_fails_to_a_dataset_of_vertex if _judged(_to("bq://acme-claims-prod")) == {["e", "fail"]}

test_fails_to_another_project if _judged(_to("bq://other.transcripts.log")) == {["e", "fail"]}

test_undetermined_when_unknown if _judged(_to(fixture.unknown)) == {["e", "undetermined"]}
