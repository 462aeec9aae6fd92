package lockgate.rules.data.dat_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_003

_judged(type, inputs) := statuses if {
	statuses := fixture.statuses(dat_003.findings) with input as fixture.plan([fixture.resource(type, "r", inputs)])
}

_open(accesses, status) if _judged("gcp:bigquery/dataset:Dataset", {"accesses": accesses}) == {["r", status]}

_owner := {"role": "OWNER", "specialGroup": "projectOwners"}

_agent := {"role": "WRITER", "userByEmail": "service-123456789012@gcp-sa-aiplatform.iam.gserviceaccount.com"}

_grant := "gcp:bigquery/datasetIamMember:DatasetIamMember"

test_passes_for_owners_agents_accounts_and_auditors if {
	_open(
		[
			_owner,
			_agent,
			{"role": "READER", "userByEmail": "router@acme-claims-prod.iam.gserviceaccount.com"},
			{"role": "READER", "groupByEmail": "audit@example.com"},
			{"role": "READER", "iamMember": "serviceAccount:router@acme-claims-prod.iam.gserviceaccount.com"},
		],
		"pass",
	)
}

test_passes_for_a_view_of_the_project if _open([_owner, {"view": {"projectId": "acme-claims-prod"}}], "pass")

test_passes_for_a_dataset_of_the_project if _open([_owner, {"dataset": {"dataset": {"projectId": "123456789012"}}}], "pass")

test_fails_for_a_view_of_another_project if _open([_owner, {"view": {"projectId": "other"}}], "fail")

test_undetermined_for_an_unknown_view if _open([_owner, {"view": fixture.unknown}], "undetermined")

test_fails_when_nothing_is_said if _open(null, "fail")

test_fails_when_the_list_is_empty if _open([], "fail")

test_fails_for_the_projects_readers if _open([_owner, {"role": "READER", "specialGroup": "projectReaders"}], "fail")

test_fails_for_somebody if _open([_owner, {"role": "READER", "userByEmail": "a@example.com"}], "fail")

test_fails_for_an_agent_of_another_project if {
	_open([{"role": "READER", "userByEmail": "service-1@gcp-sa-aiplatform.iam.gserviceaccount.com"}], "fail")
}

test_fails_for_another_group if _open([_owner, {"role": "READER", "groupByEmail": "all@example.com"}], "fail")

test_fails_for_a_domain if _open([_owner, {"role": "READER", "domain": "example.com"}], "fail")

test_fails_for_everybody if _open([_owner, {"role": "READER", "iamMember": "allUsers"}], "fail")

test_fails_for_an_entry_for_nobody if _open([_owner, {"role": "READER"}], "fail")

test_undetermined_when_unknown if _open(fixture.unknown, "undetermined")

test_undetermined_when_a_reader_is_unknown if _open([_owner, {"userByEmail": fixture.unknown}], "undetermined")

test_undetermined_when_an_entry_is_unknown if _open([_owner, fixture.unknown], "undetermined")

test_passes_for_an_access_beside_the_dataset if {
	_judged("gcp:bigquery/datasetAccess:DatasetAccess", object.union(_agent, {"datasetId": "d"})) == {["r", "pass"]}
}

test_fails_for_an_access_of_a_domain if {
	_judged("gcp:bigquery/datasetAccess:DatasetAccess", {"datasetId": "d", "domain": "example.com"}) == {["r", "fail"]}
}

test_passes_for_a_grant_to_an_auditor if _judged(_grant, {"role": "r", "member": "group:audit@example.com"}) == {["r", "pass"]}

test_fails_for_a_grant_to_somebody if _judged(_grant, {"role": "r", "member": "user:a@example.com"}) == {["r", "fail"]}

test_fails_for_a_binding_on_a_table if {
	_judged("gcp:bigquery/iamBinding:IamBinding", {"role": "r", "members": ["allUsers"]}) == {["r", "fail"]}
}

test_undetermined_for_an_unknown_member if _judged(_grant, {"role": "r", "member": fixture.unknown}) == {["r", "undetermined"]}
