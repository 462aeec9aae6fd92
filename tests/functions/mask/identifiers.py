"""Identifiers that nobody has, made with their check digits, and texts without any."""

from __future__ import annotations

import string

from hypothesis import strategies as st
from mask.patterns import luhn

Identifier = tuple[str, str]

PLANTED = {
    "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00",
    "email": "anna.muster@example.com",
    "phone": "+49 30 901820",
    "ip": "192.0.2.17",
}
# Examples that the issuers themselves publish, or that idnumbers constructs.
NATIONAL = [
    "12 345 678 911",
    "111222333",
    "255081416802538",
    "123-45-6789",
    "AB123456C",
    "RSSMRA85M01H501Q",
    "12345678Z",
    "80010100000",
    "811218-9876",
    "756.1234.5678.97",
]
_LENGTHS = {"4": 16, "51": 16, "2221": 16, "34": 15, "37": 15, "300": 14, "36": 14, "6011": 16, "3528": 16, "62": 19}
_MAESTRO = {"5018": 12, "6304": 13, "6759": 18}


@st.composite
def _cards(draw: st.DrawFn) -> Identifier:
    prefix, length = draw(st.sampled_from([*_LENGTHS.items(), *_MAESTRO.items()]))
    rest = draw(st.text("0123456789", min_size=length - len(prefix) - 1, max_size=length - len(prefix) - 1))
    number = next(f"{prefix}{rest}{last}" for last in "0123456789" if luhn(f"{prefix}{rest}{last}"))
    return "card", number


@st.composite
def _ibans(draw: st.DrawFn) -> Identifier:
    country, shape = draw(
        st.sampled_from(
            [
                ("DE", "9" * 18),
                ("GB", "A" * 4 + "9" * 14),
                ("NL", "A" * 4 + "9" * 10),
                ("MT", "AAAA" + "9" * 5 + "X" * 18),
                ("NO", "9" * 11),
            ]
        )
    )
    alphabets = {"9": "0123456789", "A": string.ascii_uppercase, "X": string.ascii_uppercase + string.digits}
    account = "".join(draw(st.sampled_from(alphabets[kind])) for kind in shape)
    check = 98 - int("".join(str(int(sign, 36)) for sign in f"{account}{country}00")) % 97
    number = f"{country}{check:02}{account}"
    return "iban", draw(st.sampled_from([number, number.lower()]))


@st.composite
def _emails(draw: st.DrawFn) -> Identifier:
    word = st.text(string.ascii_letters + string.digits, min_size=1, max_size=10)
    local = ".".join(draw(st.lists(word, min_size=1, max_size=3)))
    domain = ".".join(draw(st.lists(word, min_size=1, max_size=2)))
    tag = draw(st.sampled_from(["", "+claims", "_x", "-y"]))
    return "email", f"{local}{tag}@{domain}.{draw(st.sampled_from(['com', 'co.uk', 'de', 'museum']))}"


_PHONES = [
    "+49 30 901820",
    "+31 20 123 4567",
    "+1 (202) 555-0143",
    "0049 30 901820",
    "+44 20 7946 0958",
    "030 901820",
    "020 7946 0958",
    "+4930901820",
    "004930901820",
    "030901820",
]
_IPS = st.ip_addresses().map(str).filter(lambda text: any(c.isdigit() for c in text) and len(text) > 6)


def planted() -> st.SearchStrategy[Identifier]:
    """An identifier with its pattern."""
    return st.one_of(
        _cards(),
        _ibans(),
        _emails(),
        st.sampled_from(_PHONES).map(lambda text: ("phone", text)),
        st.sampled_from(NATIONAL).map(lambda text: ("national-id", text)),
        _IPS.map(lambda text: ("ip", text)),
    )


def spaced(identifier: Identifier) -> st.SearchStrategy[str]:
    """The identifier with spaces, hyphens and dots between its signs, where a number is still that number with them."""
    pattern, value = identifier
    if pattern not in {"card", "iban"}:
        return st.just(value)
    gaps = st.lists(st.sampled_from(["", "", " ", "-", ".", " - ", "\n"]), min_size=len(value), max_size=len(value))
    return gaps.map(lambda between: "".join(a + b for a, b in zip(value, ["", *between[1:]], strict=True)).strip())


def plain_text() -> st.SearchStrategy[str]:
    """Words, years and amounts, as cases have them, and no identifier."""
    words = "the stone hit a windscreen , costs about EUR . Glasbruch naïve Straße 12 2026 450.00 7 % \n"
    return st.lists(st.sampled_from(words.split(" ")), max_size=8).map(" , ".join)
