package lockgate.lib.budget_test

import data.lockgate.lib.budget
import data.lockgate.lib.fixture

test_a_missing_share_is_unknown if {
	given := fixture.budget({"thresholdRules": [{"spendBasis": "CURRENT_SPEND"}]})
	budget.thresholds(given, "CURRENT_SPEND") == [{"state": "unknown"}] with input as fixture.plan([given])
}

test_a_share_is_in_per_cent if {
	given := fixture.budget({"thresholdRules": [{"thresholdPercent": 0.07}]})
	budget.thresholds(given, "CURRENT_SPEND") == [{"state": "known", "value": 7}] with input as fixture.plan([given])
	budget.thresholds(given, "FORECASTED_SPEND") == [] with input as fixture.plan([given])
}

test_an_unknown_filter_may_narrow if {
	given := fixture.budget({"budgetFilter": {"services": fixture.unknown}})
	budget.narrowed_by(given) == {"services"} with input as fixture.plan([given])
}

test_a_rule_that_is_none_is_unknown if {
	given := fixture.budget({"thresholdRules": ["half"]})
	budget.thresholds(given, "CURRENT_SPEND") == [{"state": "unknown"}] with input as fixture.plan([given])
}
