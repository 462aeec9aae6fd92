# METADATA
# title: Personal data has fields to mask
# description: |
#   A charter that processes personal data names the fields that are masked before a model sees a case. A model seldom
#   needs to know who somebody is.
# schemas:
#   - input: schema["input"]
# custom:
#   id: DAT-007
#   severity: critical
#   group: data
#   needs_charter: true
#   judges: stack
#   remediation: List in data.masked_fields the fields by which a person is known, or set data.personal to false if there are none.
#   controls: ["GDPR Art. 25"]
package lockgate.rules.data.dat_007

import data.lockgate.lib.result

findings contains result.on_stack("DAT-007", status, _messages[status]) if {
	status := _status
}

default _status := "pass"

_status := "fail" if {
	input.charter.data.personal
	count(input.charter.data.masked_fields) == 0
}

_messages := {
	"pass": sprintf("the charter masks %d fields", [count(input.charter.data.masked_fields)]),
	"fail": "the charter processes personal data and masks no field",
}
