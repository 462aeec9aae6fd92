# METADATA
# title: Items of a list
# description: |
#   What stands in an item that value.items gave. Total like the functions of value: a part of something unknown is
#   unknown, a part of something that has no parts is absent.
package lockgate.lib.item

import data.lockgate.lib.value

# METADATA
# description: A part of an item, by its key.
part(item, key) := value.of(object.get(item.value, key, null)) if {
	item.state == "known"
	is_object(item.value)
} else := {"state": "absent"} if {
	item.state == "known"
} else := item

# METADATA
# description: The text of a value; "" where it is none, or not known.
text(given) := given.value if {
	is_string(given.value)
} else := ""

# METADATA
# description: |
#   Whether a value is a list. Beware of not is_array(given.value): where there is no value it is undefined, and
#   not of it too.
is_list(given) if is_array(given.value)

# METADATA
# description: Whether a value has parts.
has_parts(given) if is_object(given.value)
