# METADATA
# title: Routers ask Google's models, screened, and know where theirs run
# description: |
#   Each router names a Model Armor template, is pointed at no host but Google's, and where a route asks a model on GPUs
#   it takes the model's address from the plan. A variable that redirects a call sends cases to a stranger.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-017
#   severity: high
#   group: routing
#   needs_charter: true
#   judges: ["gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function", "gcp:cloudrun/service:Service", "gcp:cloudrunv2/service:Service"]
#   remediation: Set MODEL_ARMOR_TEMPLATE to the template of the stack and DEPLOYED_URLS from its deployments, and remove variables whose value is the URL of another host.
#   controls: []
package lockgate.rules.routing.rou_017

import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.serving
import data.lockgate.lib.value

_deployment := "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment"

findings contains result.of("ROU-017", resource, status, message) if {
	some resource in serving.all
	parts := object.union(_elsewhere(resource), _needs(resource))
	status := value.worst({part | some part in parts})
	message := _said(parts, status)
}

_said(_, "pass") := "asks Google's models, and what it asks is screened"

_said(parts, status) := concat("; ", sort([sprintf("%s %s", [name, _texts[status]]) | some name, part in parts; part == status])) if {
	status != "pass"
}

_texts := {"fail": "is not set, or leads to another host than Google's", "undetermined": "is unknown until the deployment"}

# A value that is a URL; unknown ones that the plan's own resources give are judged there.
_elsewhere(resource) := {name: "fail" |
	some name in serving.environment_names(resource)
	text := item.text(serving.environment(resource, name))
	regex.match(`(?i)^[a-z]+://`, text)
	not regex.match(data.params.routing.google_hosts, text)
}

_needs(resource) := {} if {
	serving.on_event(resource)
} else := object.union({"MODEL_ARMOR_TEMPLATE": _template(resource)}, _deployed(resource))

_template(resource) := value.matches(given, `/templates/[^/]+$`) if {
	given := serving.environment(resource, "MODEL_ARMOR_TEMPLATE")
	given.state != "unknown"
} else := _taken(resource, "gcp:modelarmor/template:Template")

_deployed(resource) := {"DEPLOYED_URLS": _urls(resource, serving.environment(resource, "DEPLOYED_URLS"))} if {
	count(_asked) > 0
} else := {}

# The models of the charter that run on GPUs and that a route asks.
_asked := {model.id |
	some model in input.charter.models
	model.hosting == "deployed"
	some route in serving.routes
	model.id in serving.asked(route)
}

_urls(resource, given) := _taken(resource, _deployment) if {
	given.state in {"unknown", "secret"}
} else := value.verdict(given, {true |
	json.is_valid(item.text(given))
	urls := value.of(json.unmarshal(item.text(given)))
	every id in _asked {
		startswith(item.text(item.part(urls, id)), "https://")
	}
})

_taken(resource, type) := "pass" if {
	some property in ["serviceConfig", "environmentVariables", "template"]
	count(plan.referred(resource, property, type)) > 0
} else := "undetermined"
