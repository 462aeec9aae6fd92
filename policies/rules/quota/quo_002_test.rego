package lockgate.rules.quota.quo_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.quota.quo_002

_judged(resource, charter) := statuses if {
	statuses := fixture.statuses(quo_002.findings) with input as fixture.judged([resource], charter)
}

_preference(changes) := fixture.resource("gcp:cloudquota/sQuotaPreference:SQuotaPreference", "q", object.union(
	{
		"service": "aiplatform.googleapis.com",
		"quotaId": "CustomModelServingL4GPUsPerProjectPerRegion",
		"dimensions": {"region": "europe-west4"},
		"quotaConfig": {"preferredValue": "4"},
	},
	changes,
))

_override(changes) := fixture.resource("gcp:serviceusage/consumerQuotaOverride:ConsumerQuotaOverride", "q", object.union(
	{
		"service": "aiplatform.googleapis.com",
		"metric": "aiplatform.googleapis.com%2Fcustom_model_serving_nvidia_t4_gpus",
		"limit": "%2Fproject%2Fregion",
		"overrideValue": "0",
		"force": true,
	},
	changes,
))

_tokens(model, amount) := _preference({
	"quotaId": "GenerateContentInputTokensPerMinutePerRegionPerBaseModel",
	"dimensions": {"region": "europe-west4", "base_model": model},
	"quotaConfig": {"preferredValue": amount},
})

_is(resource, status) if _judged(resource, fixture.charter) == {["q", status]}

test_passes_at_the_replicas if _is(_preference({}), "pass")

test_passes_at_nothing if _is(_override({}), "pass")

test_fails_above_the_replicas if _is(_preference({"quotaConfig": {"preferredValue": "5"}}), "fail")

test_fails_when_unlimited if _is(_preference({"quotaConfig": {"preferredValue": "-1"}}), "fail")

test_fails_in_another_region if _is(_preference({"dimensions": {"region": "us-central1"}}), "fail")

test_fails_everywhere if _is(object.union(_preference({}), {"inputs": {"dimensions": {"region": null}}}), "fail")

test_fails_for_another_project if _is(_preference({"parent": "projects/1"}), "fail")

test_fails_for_a_gpu_that_is_not_used if _is(_override({"overrideValue": "1"}), "fail")

test_fails_for_a_gpu_of_no_known_family if _is(_preference({"quotaId": "NVIDIA-B200-GPUS-per-project-region"}), "fail")

test_fails_unforced if _is(_override({"force": false}), "fail")

test_passes_at_the_tokens if _is(_tokens("gemini-3.8-flash", "120000"), "pass")

test_fails_above_the_tokens if _is(_tokens("gemini-3.8-flash", "120001"), "fail")

test_fails_for_a_model_outside_the_charter if _is(_tokens("gemini-9", "1"), "fail")

test_undetermined_for_an_unknown_model if _is(_tokens(fixture.unknown, fixture.unknown), "undetermined")

test_passes_for_other_quotas if {
	_is(_preference({"quotaId": "CPUS-per-project", "quotaConfig": {"preferredValue": "5000"}}), "pass")
}

test_fails_for_other_quotas_unlimited if {
	_is(_preference({"quotaId": "CPUS-per-project", "quotaConfig": {"preferredValue": -1}}), "fail")
}

test_undetermined_when_the_quota_is_unknown if _is(_preference({"quotaId": fixture.unknown}), "undetermined")

test_undetermined_when_the_metric_is_unknown if _is(_override({"metric": fixture.unknown}), "undetermined")

test_undetermined_when_the_value_is_unknown if _is(_override({"overrideValue": fixture.unknown}), "undetermined")

test_fails_when_the_quota_is_not_named if _is(_preference({"quotaId": null}), "fail")

test_fails_on_a_gpu_where_none_is_deployed if {
	charter := fixture.chartered({
		"capacity": {"accelerator": null, "replicas": null, "accelerators_per_replica": null, "machine_type": null},
		"models": [{"id": "gemini-3.8-flash", "publisher": "google", "role": "draft", "hosting": "managed"}],
	})
	_judged(_preference({"quotaConfig": {"preferredValue": "1"}}), charter) == {["q", "fail"]}
}
