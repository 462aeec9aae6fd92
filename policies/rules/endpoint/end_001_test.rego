package lockgate.rules.endpoint.end_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.endpoint.end_001

_judged(resources, charter) := statuses if {
	statuses := fixture.statuses(end_001.findings) with input as fixture.judged(resources, charter)
}

_managed := fixture.chartered({
	"capacity": {"accelerator": null, "replicas": null, "accelerators_per_replica": null, "machine_type": null},
	"models": [{"id": "gemini-3.8-flash", "publisher": "google", "role": "draft", "hosting": "managed"}],
})

_endpoint(location) := fixture.resource("gcp:vertex/aiEndpoint:AiEndpoint", "e", {"location": location})

test_passes_with_an_endpoint if _judged([_endpoint("europe-west4")], fixture.charter) == {["", "pass"]}

test_passes_where_none_is_needed if _judged([], _managed) == {["", "pass"]}

test_fails_without_an_endpoint if _judged([], fixture.charter) == {["", "fail"]}

test_fails_with_an_endpoint_elsewhere if _judged([_endpoint("us-central1")], fixture.charter) == {["", "fail"]}

test_undetermined_when_unknown if _judged([_endpoint(fixture.unknown)], fixture.charter) == {["", "undetermined"]}
