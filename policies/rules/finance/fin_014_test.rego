package lockgate.rules.finance.fin_014_test

import data.lockgate.lib.fixture
import data.lockgate.rules.finance.fin_014

_provider(inputs) := fixture.resource("pulumi:providers:gcp", "google", inputs)

_right := {"userProjectOverride": true, "billingProject": "acme-claims-prod"}

_judged(inputs) := _judged_by(inputs, fixture.charter)

_judged_by(inputs, charter) := statuses if {
	provider := _provider(inputs)
	budget := object.union(fixture.budget({}), {"provider": provider.urn})
	statuses := fixture.statuses(fin_014.findings) with input as fixture.judged([provider, budget], charter)
}

test_passes_with_both if _judged(_right) == {["b", "pass"]}

test_passes_as_the_engine_codes_it if _judged(object.union(_right, {"userProjectOverride": "true"})) == {["b", "pass"]}

test_passes_when_the_provider_is_named_by_urn_and_id if {
	provider := _provider(_right)
	budget := object.union(fixture.budget({}), {"provider": concat("::", [provider.urn, "b3f0"])})
	statuses := fixture.statuses(fin_014.findings) with input as fixture.plan([provider, budget])
	statuses == {["b", "pass"]}
}

test_passes_without_a_charter_with_any_project if _judged_by(object.union(_right, {"billingProject": "any"}), null) == {["b", "pass"]}

test_fails_without_the_override if _judged({"billingProject": "acme-claims-prod"}) == {["b", "fail"]}

test_fails_when_the_override_is_off if _judged(object.union(_right, {"userProjectOverride": false})) == {["b", "fail"]}

test_fails_without_a_project if _judged({"userProjectOverride": true}) == {["b", "fail"]}

test_fails_with_another_project if _judged(object.union(_right, {"billingProject": "other"})) == {["b", "fail"]}

test_undetermined_when_unknown if _judged(object.union(_right, {"userProjectOverride": fixture.unknown})) == {["b", "undetermined"]}

test_undetermined_with_the_default_provider if {
	statuses := fixture.statuses(fin_014.findings) with input as fixture.plan([fixture.budget({})])
	statuses == {["b", "undetermined"]}
}
