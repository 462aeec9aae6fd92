# METADATA
# title: What a model costs is known
# description: |
#   Each managed model that a route asks has a list price for input and one for output, above zero and with its date. A
#   price that is missing would be counted as nothing, and the alert on cost would stay silent.
# schemas:
#   - input: schema["input"]
# custom:
#   id: OBS-014
#   severity: high
#   group: observability
#   needs_charter: true
#   judges: stack
#   remediation: Add <model>/input and <model>/output for the charter's region to policies/data/prices.json, with source and date.
#   controls: []
package lockgate.rules.observability.obs_014

import data.lockgate.lib.result
import data.lockgate.lib.serving

_asked := {model.id |
	some model in input.charter.models
	model.hosting == "managed"
	some route in serving.routes
	model.id in serving.asked(route)
}

_priced(id) if {
	every direction in ["input", "output"] {
		some i
		data.params.prices[i].sku == sprintf("%s/%s", [id, direction])
		data.params.prices[i].unit == "1M tokens"
		data.params.prices[i].region in {input.charter.cloud.region, "any"}
		data.params.prices[i].usd > 0
	}
}

findings contains result.on_stack("OBS-014", "fail", sprintf("%s has no list price in %s", [id, input.charter.cloud.region])) if {
	some id in _asked
	not _priced(id)
}

findings contains result.on_stack("OBS-014", "pass", sprintf("%d managed models have a list price", [count(_asked)])) if {
	every id in _asked {
		_priced(id)
	}
}
