package lockgate.rules.data.dat_012_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_012

_judged(resources) := statuses if {
	statuses := fixture.statuses(dat_012.findings) with input as fixture.plan(resources)
}

_email := "service-123456789012@gcp-sa-aiplatform.iam.gserviceaccount.com"

_identity := fixture.resource("gcp:projects/serviceIdentity:ServiceIdentity", "i", {"service": "aiplatform.googleapis.com"})

_dataset(accesses) := fixture.resource("gcp:bigquery/dataset:Dataset", "d", {"datasetId": "transcripts", "accesses": accesses})

_writer := {"role": "WRITER", "userByEmail": _email}

_grant(dataset, role) := fixture.resource("gcp:bigquery/datasetIamMember:DatasetIamMember", "g", {
	"datasetId": dataset,
	"role": role,
	"member": sprintf("serviceAccount:%s", [_email]),
})

test_passes_with_access if _judged([_identity, _dataset([_writer])]) == {["", "pass"]}

test_passes_with_a_grant if {
	_judged([_identity, _dataset([]), _grant("transcripts", "roles/bigquery.dataEditor")]) == {["", "pass"]}
}

test_fails_with_a_grant_on_another_dataset if {
	_judged([_identity, _dataset([]), _grant("other", "roles/bigquery.dataEditor")]) == {["", "fail"]}
}

test_fails_with_a_grant_to_read if {
	_judged([_identity, _dataset([]), _grant("transcripts", "roles/bigquery.dataViewer")]) == {["", "fail"]}
}

test_fails_without_access if _judged([_identity, _dataset([])]) == {["", "fail"]}

test_fails_without_the_agent if _judged([_dataset([_writer])]) == {["", "fail"]}

test_fails_with_access_to_read if _judged([_identity, _dataset([{"role": "READER", "userByEmail": _email}])]) == {["", "fail"]}

test_undetermined_when_unknown if _judged([_identity, _dataset(fixture.unknown)]) == {["", "undetermined"]}
