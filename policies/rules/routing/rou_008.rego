# METADATA
# title: As many instances and requests as the charter counts on
# description: |
#   Each function or service has at most capacity.router.max_instances instances, none but one of them idle, each with at
#   most capacity.router.concurrency requests and memory_mib. Without a bound a loop in a caller's system is paid for until
#   somebody sees it.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-008
#   severity: high
#   group: routing
#   needs_charter: true
#   judges: ["gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function", "gcp:cloudrun/service:Service", "gcp:cloudrunv2/service:Service"]
#   remediation: Set serviceConfig.maxInstanceCount, maxInstanceRequestConcurrency and availableMemory to at most what capacity.router says, or raise it there.
#   controls: []
package lockgate.rules.routing.rou_008

import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

findings contains result.of("ROU-008", resource, status, message) if {
	some resource in serving.all
	bounds := input.charter.capacity.router
	instances := serving.setting(resource, "max_instances")
	requests := serving.setting_or(resource, "concurrency", "default_concurrency")
	memory := serving.mebibytes(serving.setting(resource, "memory"))
	status := value.worst({
		value.at_most(instances, bounds.max_instances),
		value.at_least(instances, 1),
		value.at_most(requests, bounds.concurrency),
		value.at_least(requests, 1),
		_optional(serving.setting(resource, "min_instances"), data.params.routing.max_idle_instances),
		_optional(memory, bounds.memory_mib),
		_optional(serving.cpus(serving.setting(resource, "cpu")), max([1, ceil(bounds.memory_mib / data.params.routing.mib_per_cpu)])),
	})
	message := sprintf("max instances is %s (%s always on) with %s requests, %s MiB and %s CPUs each; the charter counts on %d with %d requests and %d MiB", [
		value.show(instances),
		value.show(serving.setting(resource, "min_instances")),
		value.show(requests),
		value.show(memory),
		value.show(serving.setting(resource, "cpu")),
		bounds.max_instances,
		bounds.concurrency,
		bounds.memory_mib,
	])
}

# Without a value Google takes the least: no instance that waits, 256 MiB, and the CPU that these need.
_optional(given, limit) := "pass" if {
	given.state == "absent"
} else := value.at_most(given, limit)
