# METADATA
# title: Placeholders
# description: |
#   Answers of a charter that are formally right and say nothing: TBD, n/a, "<owner>", todo@example.com. The
#   words are in data/placeholders.json.
package lockgate.lib.placeholder

# METADATA
# description: The texts of a part of the charter that say nothing, each as `key is "text"`. Prefix names the part.
found(part, prefix) := {sprintf("%s is %q", [key, text]) |
	some [key, text] in _texts(part, prefix)
	hollow(text)
}

# METADATA
# description: The same for names of fields and models, of which "name" or "email" may well be one.
unfinished(part, prefix) := {sprintf("%s is %q", [key, text]) |
	some [key, text] in _texts(part, prefix)
	_unfinished(text)
}

# METADATA
# description: Whether a text, or the name in front of a mailbox's @, says nothing.
hollow(text) if _words(text) in data.params.placeholders.whole

hollow(text) if _unfinished(text)

_texts(part, prefix) := {[key, text] |
	walk(part, [path, text])
	is_string(text)
	key := concat(".", array.concat([prefix], [sprintf("%v", [step]) | some step in path]))
}

_unfinished(text) if regex.match(_phrases, sprintf(" %s ", [_words(text)]))

_unfinished(text) if regex.match(_patterns, lower(text))

_phrases := sprintf(" (%s) ", [concat("|", data.params.placeholders.anywhere)])

_patterns := concat("|", data.params.placeholders.patterns)

# METADATA
# description: Whether a text is too short to be an answer that a reader can act on.
too_short(text) if count(trim_space(text)) < data.params.placeholders.min_prose_characters

# The words of a text in lower case, joined by single spaces; of a mailbox or a member, those in front of @.
_words(text) := trim_space(regex.replace(_subject(lower(text)), `[^\p{L}\p{N}]+`, " "))

_subject(text) := regex.replace(text, `^([a-z]+:)?([^@\s]*)@[^@\s]+$`, "$2")
