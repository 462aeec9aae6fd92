# METADATA
# title: The charter
# description: What the charter says, for rules that have to answer with and without one.
package lockgate.lib.charter

default present := false

# METADATA
# description: Whether the plan is judged against a charter.
present if is_object(input.charter)

# METADATA
# description: The risk tiers that occur in the charter.
tiers contains tier if {
	some tier in ["high", "medium", "low"]
	is_object(input.charter.risk[tier])
}

# METADATA
# description: |
#   Whether the strictest measure applies: a high or medium tier, personal data, or no charter to say
#   otherwise.
default strict := true

strict := false if {
	present
	count(tiers & {"high", "medium"}) == 0
	input.charter.data.personal == false
}
