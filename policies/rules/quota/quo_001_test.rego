package lockgate.rules.quota.quo_001_test

import data.lockgate.lib.fixture
import data.lockgate.rules.quota.quo_001

_judged(resources) := statuses if {
	statuses := fixture.statuses(quo_001.findings) with input as fixture.plan(resources)
}

_override(gpu, changes) := fixture.resource(
	"gcp:serviceusage/consumerQuotaOverride:ConsumerQuotaOverride",
	sprintf("no-%s", [gpu.key]),
	object.union(
		{"project": "acme-claims-prod", "service": gpu.service, "metric": replace(gpu.metric, "/", "%2F"), "limit": gpu.limit, "overrideValue": "0", "force": true},
		changes,
	),
)

_preference(name, dimensions, amount) := fixture.resource(
	"gcp:cloudquota/sQuotaPreference:SQuotaPreference",
	name,
	{
		"parent": "projects/123456789012",
		"service": "aiplatform.googleapis.com",
		"quotaId": "CustomModelServingL4GPUsPerProjectPerRegion",
		"dimensions": dimensions,
		"quotaConfig": {"preferredValue": amount},
	},
)

_overrides(changes) := [_override(gpu, changes) | some gpu in data.params.quota.gpu_quotas; gpu.key != "l4"]

_here(amount) := _preference("here", {"region": "europe-west4"}, amount)

_elsewhere(amount) := _preference("elsewhere", {}, amount)

_l4 := [_here("4"), _elsewhere("0")]

test_passes_when_every_family_is_bounded if _judged(array.concat(_overrides({}), _l4)) == {["", "pass"]}

test_fails_without_any_quota if _judged([]) == {["", "fail"]}

test_fails_without_one_family if _judged(array.concat(array.slice(_overrides({}), 1, 99), _l4)) == {["", "fail"]}

test_fails_when_a_family_is_allowed if _judged(array.concat(_overrides({"overrideValue": "1"}), _l4)) == {["", "fail"]}

test_fails_when_unlimited if _judged(array.concat(_overrides({"overrideValue": "-1"}), _l4)) == {["", "fail"]}

test_fails_in_another_project if _judged(array.concat(_overrides({"project": "other"}), _l4)) == {["", "fail"]}

test_fails_for_another_limit if _judged(array.concat(_overrides({"limit": "/project/user"}), _l4)) == {["", "fail"]}

test_fails_in_one_region_only if {
	_judged(array.concat(_overrides({"dimensions": {"region": "europe-west4"}}), _l4)) == {["", "fail"]}
}

test_fails_when_the_used_family_is_free_elsewhere if {
	_judged(array.concat(_overrides({}), [_here("4")])) == {["", "fail"]}
}

test_fails_when_the_used_family_is_free_here if {
	_judged(array.concat(_overrides({}), [_elsewhere("0")])) == {["", "fail"]}
}

test_fails_above_the_replicas if _judged(array.concat(_overrides({}), [_here("5"), _elsewhere("0")])) == {["", "fail"]}

test_passes_without_a_region_spelt_out if {
	_judged(array.concat(_overrides({"dimensions": {"region": ""}}), _l4)) == {["", "pass"]}
}

test_undetermined_when_a_value_is_unknown if {
	_judged(array.concat(_overrides({"overrideValue": fixture.unknown}), _l4)) == {["", "undetermined"]}
}

test_undetermined_when_a_name_is_unknown if {
	_judged(array.concat(_overrides({"metric": fixture.unknown}), _l4)) == {["", "undetermined"]}
}
