package lockgate.rules.logs.log_005_test

import data.lockgate.lib.fixture
import data.lockgate.rules.logs.log_005

_judged(type, inputs) := statuses if {
	statuses := fixture.statuses(log_005.findings) with input as fixture.judged([fixture.resource(type, "r", inputs)], null)
}

_sink := "gcp:logging/projectSink:ProjectSink"

_exclusion := "gcp:logging/projectExclusion:ProjectExclusion"

test_passes_when_whole if _judged(_sink, {"exclusions": [], "uniqueWriterIdentity": true}) == {["r", "pass"]}

test_passes_when_nothing_is_said if _judged("gcp:logging/folderSink:FolderSink", {}) == {["r", "pass"]}

test_passes_when_the_default_sink_is_off if _judged(_sink, {"name": "_Default", "disabled": true}) == {["r", "pass"]}

test_fails_when_another_sink_is_off if _judged(_sink, {"name": "audit", "disabled": true}) == {["r", "fail"]}

test_fails_with_an_exclusion if _judged(_sink, {"exclusions": [{"filter": "x"}]}) == {["r", "fail"]}

test_fails_as_a_shared_identity if _judged(_sink, {"uniqueWriterIdentity": false}) == {["r", "fail"]}

test_undetermined_when_unknown if _judged(_sink, {"exclusions": fixture.unknown}) == {["r", "undetermined"]}

test_fails_for_an_exclusion_beside_the_sinks if _judged(_exclusion, {"filter": "severity<ERROR"}) == {["r", "fail"]}

test_passes_for_one_that_is_off if _judged(_exclusion, {"filter": "x", "disabled": true}) == {["r", "pass"]}

test_undetermined_for_one_that_may_be_off if {
	_judged(_exclusion, {"filter": "x", "disabled": fixture.unknown}) == {["r", "undetermined"]}
}
