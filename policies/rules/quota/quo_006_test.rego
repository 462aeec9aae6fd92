package lockgate.rules.quota.quo_006_test

import data.lockgate.lib.fixture
import data.lockgate.rules.quota.quo_006

_judged(type, inputs) := statuses if {
	statuses := fixture.statuses(quo_006.findings) with input as fixture.judged([fixture.resource(type, "r", inputs)], null)
}

_notebook := "gcp:workbench/instance:Instance"

test_passes_without_an_accelerator if _judged(_notebook, {"gceSetup": {"machineType": "e2-standard-4"}}) == {["r", "pass"]}

test_passes_with_an_empty_list if {
	_judged("gcp:compute/instance:Instance", {"machineType": "e2-small", "guestAccelerators": []}) == {["r", "pass"]}
}

test_fails_with_an_accelerator if {
	_judged(_notebook, {"gceSetup": {"acceleratorConfigs": [{"type": "NVIDIA_L4"}]}}) == {["r", "fail"]}
}

test_fails_on_a_machine_with_a_gpu if {
	_judged("gcp:compute/instance:Instance", {"machineType": "zones/a/machineTypes/a3-highgpu-8g"}) == {["r", "fail"]}
}

test_fails_for_a_service_on_a_gpu if {
	_judged("gcp:cloudrunv2/service:Service", {"template": {"nodeSelector": {"accelerator": "nvidia-l4"}}}) == {["r", "fail"]}
}

test_undetermined_when_the_accelerator_is_unknown if {
	_judged(_notebook, {"gceSetup": {"acceleratorConfigs": fixture.unknown}}) == {["r", "undetermined"]}
}

test_undetermined_when_the_machine_is_unknown if {
	_judged(_notebook, {"gceSetup": {"machineType": fixture.unknown}}) == {["r", "undetermined"]}
}
