package lockgate.rules.data.dat_007_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_007

# The rule judges the charter, in which nothing is unknown.
_judged(data_section) := statuses if {
	statuses := fixture.statuses(dat_007.findings) with input as fixture.judged([], fixture.chartered({"data": data_section}))
}

test_passes_with_masked_fields if _judged({}) == {["", "pass"]}

test_passes_without_personal_data if _judged({"personal": false, "masked_fields": []}) == {["", "pass"]}

test_fails_without_masked_fields if _judged({"masked_fields": []}) == {["", "fail"]}
