package lockgate.rules.data.dat_004_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_004

_judged(resources) := statuses if {
	statuses := fixture.statuses(dat_004.findings) with input as fixture.plan(resources)
}

_dataset(inputs) := fixture.resource("gcp:bigquery/dataset:Dataset", "d", inputs)

test_passes_with_a_dataset if _judged([_dataset({"location": "europe-west4"})]) == {["", "pass"]}

test_fails_without_one if _judged([]) == {["", "fail"]}

test_fails_with_one_elsewhere if _judged([_dataset({"location": "EU"})]) == {["", "fail"]}

test_fails_in_another_project if _judged([_dataset({"location": "europe-west4", "project": "other"})]) == {["", "fail"]}

test_undetermined_when_unknown if _judged([_dataset({"location": fixture.unknown})]) == {["", "undetermined"]}
