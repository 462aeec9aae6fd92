# METADATA
# title: Builds run as an account of their own
# description: |
#   Each function and each build trigger is built by a service account that is neither a default one nor the one
#   that runs the result. Who can change a build then cannot do what the workload may, nor the other way round.
# schemas:
#   - input: schema["input"]
# custom:
#   id: SUP-003
#   severity: high
#   group: supply_chain
#   needs_charter: false
#   judges: ["gcp:cloudbuild/trigger:Trigger", "gcp:cloudfunctions/function:Function", "gcp:cloudfunctionsv2/function:Function"]
#   remediation: Set buildConfig.serviceAccount to projects/<project>/serviceAccounts/<address of a gcp.serviceaccount.Account for builds>.
#   controls: []
package lockgate.rules.supply_chain.sup_003

import data.lockgate.lib.item
import data.lockgate.lib.plan
import data.lockgate.lib.result
import data.lockgate.lib.value

_account_type := "gcp:serviceaccount/account:Account"

findings contains result.of("SUP-003", resource, status, message) if {
	some type, path in data.params.supply_chain.build_account
	some resource in plan.of(type)
	[status, message] := _judgement(resource, path, value.at(resource, path))
}

_judgement(resource, path, account) := ["fail", sprintf("%s is not set: a default account builds it", [concat(".", path)])] if {
	account.state == "absent"
} else := ["fail", sprintf("%v builds it, a default account", [account.value])] if {
	some pattern in data.params.identity.default_accounts
	regex.match(pattern, item.text(account))
} else := ["fail", "the account that runs it also builds it"] if {
	account.state == "known"
	runner := item.text(value.at(resource, data.params.identity.runs_as[resource.type]))
	runner != ""
	endswith(item.text(account), runner)
} else := ["pass", "is built by an account of its own"] if {
	account.state == "known"
} else := ["pass", "is built by an account of the stack"] if {
	count(plan.referred(resource, path[0], _account_type)) > 0
} else := ["undetermined", "who builds it is unknown until the deployment"]
