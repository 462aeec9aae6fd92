package lockgate.lib.placeholder_test

import data.lockgate.lib.placeholder

test_finds_what_says_nothing if {
	every text in [
		"TBD", "tbd.", "T.B.D. TODO", "n/a", "N.A.", "None", "xxx", "to be defined", "Will be TBD after the pilot", "<owner>",
		"{{ sponsor }}", "${SPONSOR}", "??", "...", "Lorem ipsum dolor", "change-me", "changeme", "-- ", "todo@example.com",
		"group:tbd@example.com", "serviceAccount:changeme@p.iam.gserviceaccount.com", "no-reply@example.com", "XXX@example.com",
	] {
		placeholder.hollow(text)
	}
}

test_leaves_answers_alone if {
	every text in [
		"claims-director@example.com", "minutes a claim", "an amount < 5,000 EUR, or > 20,000 EUR", "DPIA-2026-014", "保険金請求の処理時間",
		"The open questions go to the board.", "None of the cases is decided by a model alone.", "Testing department",
		"group:internal-audit@example.com", "share of tickets, %", "name of the holder", "manual-review",
	] {
		not placeholder.hollow(text)
	}
}

test_names_the_key if {
	part := {"sponsor": "tbd@example.com", "kpi": {"name": "handling time", "unit": "TBD", "target": 3}, "list": ["x1", "n/a"]}
	placeholder.found(part, "business") == {
		`business.sponsor is "tbd@example.com"`,
		`business.kpi.unit is "TBD"`,
		`business.list.1 is "n/a"`,
	}
}

test_a_field_may_be_called_name if {
	placeholder.unfinished(["name", "email", "tbd"], "data.masked_fields") == {`data.masked_fields.2 is "tbd"`}
}

test_prose_has_a_least_length if {
	placeholder.too_short("   by letter   ")
	not placeholder.too_short("by letter, within ten days")
}
