package lockgate.rules.observability.obs_014_test

import data.lockgate.lib.fixture
import data.lockgate.lib.fixture_alert as watched
import data.lockgate.rules.observability.obs_014

_judged(resources) := statuses if {
	statuses := fixture.statuses(obs_014.findings) with input as fixture.plan(resources)
}

_prices := [
	{"sku": "gemini-3.8-flash/input", "unit": "1M tokens", "usd": 1, "region": "europe-west4"},
	{"sku": "gemini-3.8-flash/output", "unit": "1M tokens", "usd": 5, "region": "any"},
]

_priced(prices) := statuses if {
	statuses := fixture.statuses(obs_014.findings) with input as fixture.plan([]) with data.params.prices as prices
}

test_passes_with_both_prices if _priced(_prices) == {["", "pass"]}

test_passes_for_the_list_in_use if _judged(watched.stack) == {["", "pass"]}

test_fails_without_a_price if _priced([]) == {["", "fail"]}

test_fails_without_the_price_of_output if _priced(array.slice(_prices, 0, 1)) == {["", "fail"]}

test_fails_for_a_price_of_nothing if {
	_priced([_prices[0], object.union(_prices[1], {"usd": 0})]) == {["", "fail"]}
}

test_fails_for_the_price_of_another_region if {
	_priced([_prices[1], object.union(_prices[0], {"region": "us-central1"})]) == {["", "fail"]}
}
