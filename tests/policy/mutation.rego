# METADATA
# title: Many plans, one process
# description: Judges a plan and its mutants, each a JSON patch of the input document, by all rules.
package lockgate.mutation

said[name] := findings if {
	some name, patch in input.mutants
	document := json.patch(input.base, patch)
	findings := data.lockgate.main.findings with input as document
}
