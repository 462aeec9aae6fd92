# METADATA
# title: What the charter masks is found and replaced
# description: |
#   The plan holds an inspection template that finds every masked field of the charter, by its name and by what it holds,
#   and a de-identification template that replaces it.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-008
#   severity: critical
#   group: data
#   needs_charter: true
#   judges: stack
#   remediation: Add the safety component, or templates of gcp.dataloss whose infoTypes and customInfoTypes hold the kinds named.
#   controls: ["GDPR Art. 25"]
package lockgate.rules.data.dat_008

import data.lockgate.lib.masking
import data.lockgate.lib.result
import data.lockgate.lib.value

findings contains result.on_stack("DAT-008", status, _message(status)) if {
	status := value.worst({kind_status | some kind_status in _statuses})
}

_statuses := found | replaced if {
	found := {_found(kind) | some kind in masking.all_kinds}
	replaced := {_replaced(kind) | some kind in masking.all_kinds}
}

_found(kind) := value.best({masking.finds(template, kind) | some template in masking.inspections})

_replaced(kind) := value.best({masking.replaces(template, kind) | some template in masking.deidentifications})

_message("pass") := sprintf("%d kinds of data are found and replaced", [count(masking.all_kinds)])

_message("undetermined") := "what is found and replaced is unknown until the deployment"

_message("fail") := sprintf("not found: %s; not replaced: %s", [
	_lacking({kind |
		some kind in masking.all_kinds
		_found(kind) == "fail"
	}),
	_lacking({kind | some kind in masking.all_kinds; _replaced(kind) == "fail"}),
])

_lacking(kinds) := "none" if {
	count(kinds) == 0
} else := concat(", ", sort(kinds))
