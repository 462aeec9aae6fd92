package lockgate.rules.data.dat_002_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_002

_judged(type, inputs) := statuses if {
	statuses := fixture.statuses(dat_002.findings) with input as fixture.plan([fixture.resource(type, "r", inputs)])
}

_dataset(inputs, status) if _judged("gcp:bigquery/dataset:Dataset", inputs) == {["r", status]}

_table(inputs, status) if _judged("gcp:bigquery/table:Table", inputs) == {["r", status]}

# 90 days.
_most := 7776000000

test_passes_at_the_charters_retention if _dataset({"defaultTableExpirationMs": _most}, "pass")

test_passes_with_text if _dataset({"defaultTableExpirationMs": "3600000", "defaultPartitionExpirationMs": _most}, "pass")

test_fails_without_expiry if _dataset({"defaultPartitionExpirationMs": _most}, "fail")

test_fails_when_tables_stay if _dataset({"defaultTableExpirationMs": _most + 1}, "fail")

test_fails_when_partitions_stay if {
	_dataset({"defaultTableExpirationMs": _most, "defaultPartitionExpirationMs": _most + 1}, "fail")
}

test_fails_at_nothing if _dataset({"defaultTableExpirationMs": 0}, "fail")

test_undetermined_when_unknown if _dataset({"defaultTableExpirationMs": fixture.unknown}, "undetermined")

test_passes_for_a_table_that_does_as_its_dataset if _table({}, "pass")

test_fails_for_a_table_whose_partitions_stay if _table({"timePartitioning": {"expirationMs": _most + 1}}, "fail")

# 2026-12-22 and 2027-11-22, in milliseconds.
test_passes_for_a_table_that_goes_in_a_month if _table({"expirationTime": 1797940800000}, "pass")

test_fails_for_a_table_that_goes_in_a_year if _table({"expirationTime": 1826884800000}, "fail")
