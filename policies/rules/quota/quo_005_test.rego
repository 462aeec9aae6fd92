package lockgate.rules.quota.quo_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.quota.quo_005

_quota(amount) := fixture.resource("gcp:cloudquota/sQuotaPreference:SQuotaPreference", "q", {
	"quotaId": "CustomModelServingL4GPUsPerProjectPerRegion",
	"dimensions": {"region": "europe-west4"},
	"quotaConfig": {"preferredValue": amount},
})

_price := {
	"sku": "vertex/g2-standard-24",
	"unit": "machine hour",
	"usd": 2.3,
	"region": "any",
	"source": "test",
	"seen": "2026-11-01",
	"valid_from": null,
	"valid_until": null,
}

_judged(resources, prices) := _with(resources, prices, fixture.charter)

_with(resources, prices, charter) := statuses if {
	statuses := fixture.statuses(quo_005.findings) with input as fixture.judged(resources, charter)
		with data.params.prices as prices
}

_changed(changes) := [object.union(_price, changes)]

# 4 GPUs are 2 machines: 2 x 2.30 x 744 x 0.9 = 3,080 EUR of 6,000.
test_passes_when_the_limit_pays if _judged([_quota("4")], [_price]) == {["", "pass"]}

test_fails_when_the_limit_does_not_pay if _judged([_quota("8")], [_price]) == {["", "fail"]}

test_reckons_with_the_highest_price if {
	_judged([_quota("4")], [_price, object.union(_price, {"usd": 9})]) == {["", "fail"]}
}

test_reckons_with_the_highest_quota if _judged([_quota("4"), object.union(_quota("8"), {"urn": "a::b::c::r"})], [_price]) == {["", "fail"]}

test_fails_when_unlimited if _judged([_quota("-1")], [_price]) == {["", "fail"]}

test_fails_without_a_quota if _judged([], [_price]) == {["", "fail"]}

test_fails_without_a_price if _judged([_quota("4")], []) == {["", "fail"]}

test_fails_with_the_price_of_another_region if {
	_judged([_quota("4")], _changed({"region": "us-central1"})) == {["", "fail"]}
}

test_passes_with_the_price_of_the_region if {
	_judged([_quota("4")], _changed({"region": "europe-west4"})) == {["", "pass"]}
}

test_fails_with_a_price_of_nothing if _judged([_quota("4")], _changed({"usd": 0})) == {["", "fail"]}

test_fails_with_a_price_that_is_none if _judged([_quota("4")], _changed({"usd": "2.30"})) == {["", "fail"]}

test_fails_with_an_old_price if _judged([_quota("4")], _changed({"seen": "2025-11-20"})) == {["", "fail"]}

test_fails_with_a_price_that_has_ended if {
	_judged([_quota("4")], _changed({"valid_until": "2026-11-21"})) == {["", "fail"]}
}

test_fails_with_a_price_to_come if _judged([_quota("4")], _changed({"valid_from": "2026-11-23"})) == {["", "fail"]}

test_passes_on_the_last_day_of_a_price if {
	_judged([_quota("4")], _changed({"valid_from": "2026-11-22", "valid_until": "2026-11-22"})) == {["", "pass"]}
}

test_undetermined_when_the_quota_is_unknown if _judged([_quota(fixture.unknown)], [_price]) == {["", "undetermined"]}

test_passes_where_no_model_is_deployed if {
	charter := fixture.chartered({
		"capacity": {"accelerator": null, "replicas": null, "accelerators_per_replica": null, "machine_type": null},
		"models": [{"id": "gemini-3.8-flash", "publisher": "google", "role": "draft", "hosting": "managed"}],
	})
	_with([], [], charter) == {["", "pass"]}
}
