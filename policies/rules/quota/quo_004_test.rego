package lockgate.rules.quota.quo_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.quota.quo_004

_judged(resources) := statuses if {
	statuses := fixture.statuses(quo_004.findings) with input as fixture.plan(resources)
}

_tokens(changes) := fixture.resource("gcp:cloudquota/sQuotaPreference:SQuotaPreference", "q", object.union(
	{
		"parent": "projects/acme-claims-prod",
		"service": "aiplatform.googleapis.com",
		"quotaId": "GenerateContentInputTokensPerMinutePerRegionPerBaseModel",
		"dimensions": {"region": "europe-west4", "base_model": "gemini-3.8-flash"},
		"quotaConfig": {"preferredValue": "120000"},
	},
	changes,
))

_override := fixture.resource("gcp:serviceusage/consumerQuotaOverride:ConsumerQuotaOverride", "q", {
	"service": "aiplatform.googleapis.com",
	"metric": "aiplatform.googleapis.com%2Fgenerate_content_input_tokens_per_minute_per_base_model",
	"overrideValue": "1000",
	"dimensions": {"base_model": "gemini-3.8-flash"},
})

test_passes_at_the_charters_tokens if _judged([_tokens({})]) == {["", "pass"]}

test_passes_with_an_override_in_all_regions if _judged([_override]) == {["", "pass"]}

test_fails_without_a_quota if _judged([]) == {["", "fail"]}

test_fails_above_the_charters_tokens if {
	_judged([_tokens({"quotaConfig": {"preferredValue": "120001"}})]) == {["", "fail"]}
}

test_fails_at_nothing if _judged([_tokens({"quotaConfig": {"preferredValue": "0"}})]) == {["", "fail"]}

test_fails_in_another_region if _judged([_tokens({"dimensions": {"region": "us-central1"}})]) == {["", "fail"]}

test_fails_for_output_tokens_of_another_kind if {
	_judged([_tokens({"quotaId": "GenerateContentOutputTokensPerDay"})]) == {["", "fail"]}
}

test_undetermined_when_the_quota_is_unknown if _judged([_tokens({"quotaId": fixture.unknown})]) == {["", "undetermined"]}
