# METADATA
# title: A budget watches the project
# description: |
#   A billing budget exists for the charter's project. Google bills a project that nobody watches as
#   gladly as one that somebody does: without a budget nobody is told before the invoice.
# schemas:
#   - input: schema["input"]
# custom:
#   id: FIN-001
#   severity: critical
#   group: finance
#   needs_charter: true
#   judges: stack
#   remediation: Add the budget component, or a gcp.billing.Budget whose budgetFilter.projects holds projects/<number>.
#   controls: ["EU AI Act Art. 17(1)(l)"]
package lockgate.rules.finance.fin_001

import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_project := sprintf("projects/%s", [input.charter.cloud.project_number])

findings contains result.any_of("FIN-001", statuses, {
	"pass": sprintf("a budget watches %s", [_project]),
	"undetermined": sprintf("no budget is known to watch %s: which projects it filters is unknown until the deployment", [_project]),
	"fail": sprintf("no budget watches %s", [_project]),
}) if {
	statuses := {value.equals(project, _project) |
		some budget in plan.of("gcp:billing/budget:Budget")
		some project in value.items(value.at(budget, ["budgetFilter", "projects"]))
	}
}
