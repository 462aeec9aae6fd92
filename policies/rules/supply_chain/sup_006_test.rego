package lockgate.rules.supply_chain.sup_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.supply_chain.sup_006

_judged(scanning) := statuses if {
	inputs := {"vulnerabilityScanningConfig": {"enablementConfig": scanning}}
	repository := fixture.resource("gcp:artifactregistry/repository:Repository", "r", inputs)
	statuses := fixture.statuses(sup_006.findings) with input as fixture.plan([repository])
}

test_passes_when_inherited if _judged("INHERITED") == {["r", "pass"]}

test_passes_with_googles_default if _judged(null) == {["r", "pass"]}

test_fails_when_disabled if _judged("DISABLED") == {["r", "fail"]}

test_undetermined_when_unknown if _judged(fixture.unknown) == {["r", "undetermined"]}
