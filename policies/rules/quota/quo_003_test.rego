package lockgate.rules.quota.quo_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.quota.quo_003

_judged(resources) := statuses if {
	statuses := fixture.statuses(quo_003.findings) with input as fixture.plan(resources)
}

_adjuster(name, enablement) := fixture.resource(
	"gcp:cloudquota/sQuotaAdjusterSettings:SQuotaAdjusterSettings",
	name,
	{"parent": "projects/acme-claims-prod", "enablement": enablement},
)

test_passes_when_off if _judged([_adjuster("a", "DISABLED")]) == {["", "pass"]}

test_fails_without_one if _judged([]) == {["", "fail"]}

test_fails_when_on if _judged([_adjuster("a", "ENABLED")]) == {["", "fail"], ["a", "fail"]}

test_fails_when_a_second_is_on if {
	_judged([_adjuster("a", "DISABLED"), _adjuster("b", "ENABLED")]) == {["", "pass"], ["b", "fail"]}
}

test_undetermined_when_unknown if _judged([_adjuster("a", fixture.unknown)]) == {["", "undetermined"]}
