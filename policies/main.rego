# METADATA
# title: All rules
# description: The door that Lockgate asks. Every finding of every rule, and nothing else.
# entrypoint: true
package lockgate.main

# METADATA
# description: The findings of all rules.
findings := union({data.lockgate.rules[group][rule].findings | some group, rule})
