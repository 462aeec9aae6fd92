# METADATA
# title: A router carries the charter's routes
# description: |
#   Some function or service that is called over HTTP says, in its environment variable ROUTES, what the
#   charter's routing says: JSON with high, medium, low (those that occur) and fallback. Lockgate's own router does
#   not start where its archive says something else.
# schemas:
#   - input: schema["input"]
# custom:
#   id: ROU-004
#   severity: critical
#   group: routing
#   needs_charter: true
#   judges: stack
#   remediation: Add the routing component, or a function whose variable ROUTES holds the charter's routing as JSON.
#   controls: ["EU AI Act Art. 14"]
package lockgate.rules.routing.rou_004

import data.lockgate.lib.result
import data.lockgate.lib.serving

findings contains result.any_of("ROU-004", {serving.routed(resource) | some resource in serving.routers}, {
	"pass": "a router carries the charter's routes",
	"undetermined": "what the routers of the stack route is unknown until the deployment",
	"fail": "no router carries the charter's routes",
})
