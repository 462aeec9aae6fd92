# METADATA
# title: Many plans, one process
# description: |
#   Judges a plan and its mutants, each a JSON patch of the input document, by the rules of one group, or of all where
#   the group is "".
package lockgate.mutation

said[name] := findings if {
	some name, mutant in input.mutants
	mutant.group != ""
	document := json.patch(input.base, mutant.patch)
	findings := {finding |
		some rule
		some finding in data.lockgate.rules[mutant.group][rule].findings
	} with input as document
}

said[name] := findings if {
	some name, mutant in input.mutants
	mutant.group == ""
	document := json.patch(input.base, mutant.patch)
	findings := data.lockgate.main.findings with input as document
}
