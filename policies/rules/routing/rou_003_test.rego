package lockgate.rules.routing.rou_003_test

import data.lockgate.lib.fixture
import data.lockgate.rules.routing.rou_003

_chartered(overrides) := statuses if {
	statuses := fixture.statuses(rou_003.findings) with input as fixture.judged([], fixture.chartered(overrides))
}

test_passes_when_another_model_checks if _chartered({}) == {["", "pass"]}

test_passes_when_a_person_decides if {
	_chartered({"routing": {"medium": {"action": "manual-review", "checker": null}}}) == {["", "pass"]}
}

test_passes_without_a_medium_tier if _chartered({"risk": {"medium": null}, "routing": {"medium": null}}) == {["", "pass"]}

test_fails_when_nothing_checks if _chartered({"routing": {"medium": {"action": "automatic"}}}) == {["", "fail"]}

test_fails_when_the_drafter_checks_itself if {
	_chartered({"routing": {"medium": {"checker": "gemini-3.8-flash"}}}) == {["", "fail"]}
}

test_fails_when_a_drafter_in_its_place_checks_itself if {
	_chartered({"routing": {"medium": {"next_models": ["gemma-3-12b-it"]}}}) == {["", "fail"]}
	_chartered({"routing": {"medium": {"over_budget": "gemma-3-12b-it"}}}) == {["", "fail"]}
}

test_fails_when_the_checker_has_another_role if {
	models := [
		{"id": "gemini-3.8-flash", "publisher": "google", "role": "draft", "hosting": "managed"},
		{"id": "gemma-3-12b-it", "publisher": "google", "role": "format", "hosting": "deployed"},
	]
	_chartered({"models": models}) == {["", "fail"]}
}

test_fails_without_a_checker if _chartered({"routing": {"medium": {"checker": null}}}) == {["", "fail"]}

test_fails_without_a_route if _chartered({"routing": {"medium": null}}) == {["", "fail"]}
