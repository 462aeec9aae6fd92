package lockgate.rules.data.dat_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.data.dat_006

_judged(inputs, protect, charter) := statuses if {
	dataset := object.union(fixture.resource("gcp:bigquery/dataset:Dataset", "d", inputs), {"protect": protect})
	statuses := fixture.statuses(dat_006.findings) with input as fixture.judged([dataset], charter)
}

_loose := fixture.chartered({"logging": {"locked": false}})

test_passes_when_protected if _judged({}, true, null) == {["d", "pass"]}

test_passes_when_the_provider_prevents_deletion if _judged({"deletionPolicy": "PREVENT"}, false, fixture.charter) == {["d", "pass"]}

test_passes_when_the_charter_lets_logs_go if _judged({}, false, _loose) == {["d", "pass"]}

test_fails_unprotected if _judged({}, false, fixture.charter) == {["d", "fail"]}

test_fails_unprotected_without_a_charter if _judged({}, false, null) == {["d", "fail"]}

test_fails_when_tables_go_too if _judged({"deleteContentsOnDestroy": true}, true, fixture.charter) == {["d", "fail"]}

test_undetermined_when_unknown if {
	_judged({"deleteContentsOnDestroy": fixture.unknown}, true, fixture.charter) == {["d", "undetermined"]}
}
