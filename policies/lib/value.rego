# METADATA
# title: Values of a plan
# description: |
#   An input of a planned resource is known, absent, unknown until the deployment, or secret. Every
#   function here is total: it answers for each of the four, so a rule cannot pass by being undefined.
#   A comparison answers with a status: "pass", "fail", or "undetermined" where the value is not known.
package lockgate.lib.value

# METADATA
# description: |
#   The input of a resource at a path, such as ["amount", "specifiedAmount", "units"], as
#   {"state": "known", "value": …} or {"state": "absent" | "unknown" | "secret"}.
at(resource, path) := of(found) if {
	found := object.get(resource.inputs, path, null)
	found != null
} else := {"state": "unknown"} if {
	resource.inputs[path[0]]
	_within_unknown(resource.inputs, path)
} else := {"state": "unknown"} if {
	resource.inputs["$unknown"]
} else := {"state": "absent"}

# Whether something on the way to the path is unknown as a whole; the short ways are written out.
_within_unknown(inputs, path) if inputs[path[0]]["$unknown"]

_within_unknown(inputs, path) if inputs[path[0]][path[1]]["$unknown"]

_within_unknown(inputs, path) if {
	count(path) > 3
	some length in numbers.range(3, count(path) - 1)
	object.get(inputs, array.slice(path, 0, length), null) == {"$unknown": true}
}

# METADATA
# description: The same for a value that is already at hand, such as an item of a list. Empty text is absent.
of(raw) := found if {
	# Written out here: every rule asks, and a constant of its own would be looked up each time.
	found := {
		null: {"state": "absent"},
		"": {"state": "absent"},
		{"$unknown": true}: {"state": "unknown"},
		{"$secret": true}: {"state": "secret"},
	}[raw]
} else := {"state": "known", "value": raw}

# METADATA
# description: The items of a list input, each as a value; one unknown item where the whole list is unknown.
items(value) := [of(item) | some item in value.value] if {
	value.state == "known"
	is_array(value.value)
} else := [value] if {
	value.state in {"unknown", "secret"}
} else := []

# METADATA
# description: A value as a number. The SDK sends 64-bit integers as text; text that is no number is malformed.
number(value) := value if {
	value.state == "known"
	is_number(value.value)
} else := {"state": "known", "value": to_number(value.value)} if {
	value.state == "known"
	is_string(value.value)
	regex.match(`^-?[0-9]+(\.[0-9]+)?$`, value.value)
} else := {"state": "malformed", "value": value.value} if {
	value.state == "known"
} else := value

# METADATA
# description: A duration such as "2592000s", in seconds.
seconds(value) := number({"state": "known", "value": trim_suffix(value.value, "s")}) if {
	value.state == "known"
	is_string(value.value)
	endswith(value.value, "s")
} else := number(value)

# METADATA
# description: pass when the value equals want; fail when it differs or is absent.
equals(value, want) := "pass" if {
	value.state == "known"
	value.value == want
} else := _failing(value)

# METADATA
# description: pass when one of a set of values equals want; undetermined when one of them may.
among(values, want) := "pass" if {
	{"state": "known", "value": want} in values
} else := "undetermined" if {
	count(values & {{"state": "unknown"}, {"state": "secret"}}) > 0
} else := "fail"

# METADATA
# description: pass when the value is one of the set.
one_of(value, allowed) := "pass" if {
	value.state == "known"
	value.value in allowed
} else := _failing(value)

# METADATA
# description: pass when the value is none of the set, or absent.
none_of(value, banned) := "pass" if {
	value.state == "absent"
} else := "pass" if {
	value.state == "known"
	not value.value in banned
} else := _failing(value)

_failing(value) := "undetermined" if {
	value.state in {"unknown", "secret"}
} else := "fail"

# METADATA
# description: pass when the text matches the regular expression.
matches(value, pattern) := verdict(value, {v | v := value.value; is_string(v); regex.match(pattern, v)})

# METADATA
# description: pass when the number is not above the limit.
at_most(value, limit) := "pass" if {
	found := number(value)
	found.state == "known"
	found.value <= limit
} else := _failing(value)

# METADATA
# description: pass when the number is not below the limit.
at_least(value, limit) := "pass" if {
	found := number(value)
	found.state == "known"
	found.value >= limit
} else := _failing(value)

# METADATA
# description: |
#   pass when the property is given: known, secret, or unknown but taken from another resource of the
#   plan (a dependency edge shows that it will be there).
given(resource, path) := "pass" if {
	at(resource, path).state in {"known", "secret"}
} else := "pass" if {
	at(resource, path).state == "unknown"
	count(object.get(resource.propertyDependencies, path[0], [])) > 0
} else := "undetermined" if {
	at(resource, path).state == "unknown"
} else := "fail"

# METADATA
# description: The worst of some statuses; pass when there is none.
worst(statuses) := "fail" if {
	"fail" in statuses
} else := "undetermined" if {
	"undetermined" in statuses
} else := "pass"

# METADATA
# description: The best of some statuses; fail when there is none.
best(statuses) := "pass" if {
	"pass" in statuses
} else := "undetermined" if {
	"undetermined" in statuses
} else := "fail"

# METADATA
# description: A value as a reader sees it in a message.
show(value) := sprintf("%v", [value.value]) if {
	value.state in {"known", "malformed"}
} else := "not set" if {
	value.state == "absent"
} else := value.state

# METADATA
# description: The status of a comparison, from the value and the set of its values that hold.
verdict(value, holds) := "pass" if {
	value.state == "known"
	count(holds) > 0
} else := _failing(value)
