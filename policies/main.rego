# METADATA
# title: All rules
# description: The door that Lockgate asks. Every finding of every rule, and nothing else.
# entrypoint: true
package lockgate.main

# METADATA
# description: |
#   The findings of all rules; of those of some groups only, where the question names them. A large plan is asked about
#   in parts, each on a processor of its own.
findings := union({data.lockgate.rules[group][rule].findings | some group in input.groups; some rule}) if {
	input.groups
} else := union({data.lockgate.rules[group][rule].findings | some group, rule})
