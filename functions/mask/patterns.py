"""Detectors: where a text has a card, an IBAN, an e-mail address, a phone number, a national id or an IP address.

Each takes a text as ``folding.fold`` gives it, with its digits, and yields places, first and past the last character.
What decides is a check of the number itself, never the words around it. Where something was taken out of the text since
its digits were found, the digits say more than is there, which costs a look and changes nothing.
"""

from __future__ import annotations

import ipaddress
import re
import string
from collections.abc import Callable, Iterator, Sequence

from mask.digits import Digits, Place

# How many of each kind were checked before, in this text and the others of its request.
Tried = dict[object, int]
Detector = Callable[[str, Digits, Tried], Sequence[Place]]

FEWEST_OF_A_CARD = 12

# What people put between the parts of a number.
GAP = r"[\s\-./_]{0,3}"
# Of one kind in one request. One with more is no letter but pages of digits: what is left is hidden unchecked, so that
# nobody buys seconds of a processor with it, in one text or in a thousand.
MOST_CHECKS = 4_000
# Of digits in which cards are looked for; a table of numbers has some hundreds.
MOST_GROUPS = 10_000


def without_days(text: str, digits: Digits) -> str:
    """The text with its dates blanked: 05.02.1950 could be dialled in Germany, and is somebody's birthday."""
    # A date has three groups.
    if len(digits.groups) < 3 or all(run.totals is not None and len(run.totals) < 2 for run in digits.runs):
        return text
    return _DAYS.sub(_blank, text)


def _blank(day: re.Match[str]) -> str:
    return "\0" * len(day[0])


_DAY, _MONTH, _YEAR = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "(?:19|20)[0-9]{2}"
# Not within a longer number: 1984-05-12-1234 is one.
_DAYS = re.compile(
    r"(?<![0-9])(?<![0-9][./-])"
    rf"(?:{_DAY}([./-]){_MONTH}\1{_YEAR}|{_MONTH}/{_DAY}/{_YEAR}|{_YEAR}([./-]){_MONTH}\2{_DAY})"
    r"(?![0-9]|[./-][0-9])"
)


def emails(text: str, _: Digits, __: Tried) -> Sequence[Place]:
    """Addresses with a domain of two names or more; neither local parts in quotes nor addresses for domains."""
    return [*_emails(text)] if "@" in text else ()


def _emails(text: str) -> Iterator[Place]:
    at = text.find("@")
    while at >= 0:
        domain = _DOMAIN.match(text, at + 1)
        if domain is not None:
            # At most 64 characters (RFC 5321, 4.5.3.1.1), so that the search stays linear.
            local = _LOCAL.search(text, max(0, at - 64), at)
            if local is not None:
                yield local.start(), domain.end()
        at = text.find("@", at + 1)


_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+\Z")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_](?:[\w-]{0,61}[^\W_])?")


def ip_addresses(text: str, digits: Digits, _: Tried) -> Sequence[Place]:
    """IPv4 in four decimal parts and IPv6, by the standard library's ``ipaddress``."""
    return [*_ip_addresses(text)] if len(digits.groups) > 3 or text.count(":") > 1 else ()


def _ip_addresses(text: str) -> Iterator[Place]:
    if _THREE_NUMBERS.search(text):
        for found in _IPV4.finditer(text):
            if _is_ip(found[0]):
                yield found.span()
    if _TWO_COLONS.search(text):
        for found in _WITH_COLONS.finditer(text):
            yield from _ipv6(found[0], found.start())


def _ipv6(signs: str, offset: int) -> Iterator[Place]:
    """The address in signs that follow each other, a word and a colon before it and a colon behind it left out."""
    for first in (0, signs.find(":") + 1):
        for last in (len(signs.rstrip(".")), len(signs.rstrip(".:"))):
            if 2 <= last - first <= _LONGEST_IPV6 and _is_ip(signs[first:last]):
                yield offset + first, offset + last
                return


_TWO_COLONS = re.compile(":[0-9A-Fa-f]{0,4}:")
# From its first dot on, since dots are found faster than digits.
_THREE_NUMBERS = re.compile(r"\.(?<=[0-9]\.)[0-9]{1,3}\.[0-9]")
_IPV4 = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![0-9]|\.[0-9])")
# With IPv4's four parts at its end.
_LONGEST_IPV6 = 45
_WITH_COLONS = re.compile(r"(?<![\w:.])[\w.]{0,64}:[\w:.]*")


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def cards(text: str, digits: Digits, tried: Tried) -> list[Place]:
    """Payment cards of 12 to 19 digits: a prefix that issuers have, the length that goes with it, and Luhn's check."""
    found: list[Place] = []
    known = tried.get(cards, 0)
    for near in digits.runs:
        if near.size < FEWEST_OF_A_CARD:
            continue
        # Most numbers are written without a gap.
        if (number := text[near.first : near.last]).isdecimal():
            known += 1
            if known > MOST_GROUPS or _is_card(number):
                found.append((near.first, near.last))
            continue
        for run in _RUN.finditer(text, near.first, near.last):
            groups = [group.span() for group in _GROUP.finditer(run[0])]
            known += len(groups)
            found += [run.span()] if known > MOST_GROUPS else _cards_in(run[0], groups, run.start())
    tried[cards] = known
    return found


# Digits with at most a short gap between them: twelve or more.
_RUN = re.compile(rf"[0-9](?:{GAP}[0-9]){{{FEWEST_OF_A_CARD - 1},}}")
_GROUP = re.compile("[0-9]+")
# ISO/IEC 7812 ranges in use: Visa, Mastercard and Maestro, Discover and UnionPay, Amex, Diners, JCB, Mir, UATP, RuPay,
# Troy. Twelve digits are Maestro's.
_ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{17,18})|[56]\d{11,18}|2[2-7]\d{14,17}|3[47]\d{13}|3[0689]\d{12,17}|35\d{14,17}"
    r"|1\d{14}|2131\d{11}|8[12]\d{14}|9792\d{12}"
)


def _cards_in(run: str, groups: list[Place], offset: int) -> Iterator[Place]:
    """The cards in a run of digits, each from the start of a group of digits to the end of one, the longest first."""
    digits = "".join(run[first:last] for first, last in groups)
    at_digit = done = 0
    for at, (first, last) in enumerate(groups):
        if first >= done:
            length = end = 0
            for begin, past in groups[at : at + 19]:
                length += past - begin
                if length > 19:
                    break
                number = digits[at_digit : at_digit + length]
                if length >= FEWEST_OF_A_CARD and _is_card(number):
                    end = past
            if end:
                yield offset + first, offset + end
                done = end
        at_digit += last - first


def _is_card(number: str) -> bool:
    return _ISSUED.fullmatch(number) is not None and luhn(number)


_DOUBLED = str.maketrans("0123456789", "0246813579")


def luhn(number: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    odd, even = number[::-2], number[-2::-2].translate(_DOUBLED)
    return (sum(map(int, odd)) + sum(map(int, even))) % 10 == 0


def ibans(text: str, digits: Digits, __: Tried) -> list[Place]:
    """IBANs of the countries in the registry, in either case of letters, with their check digits (ISO 13616)."""
    found: list[Place] = []
    # Letters are many and digits few, so the search begins where digits do.
    for at, _ in digits.groups:
        before = text[max(0, at - 8) : at]
        # What stands before most numbers is a word, and no country.
        near = before.rstrip(" ")[-2:].upper()
        if near not in _IBAN_REST and near.isalpha():
            continue
        letters = _COUNTRY_BACKWARDS.match(before[::-1])
        if letters is None:
            continue
        country = f"{letters[2]}{letters[1]}".upper()
        shape = _IBAN_REST.get(country)
        rest = shape.match(text, at) if shape is not None else None
        if rest is None:
            continue
        signs = _NO_SIGN.sub("", rest[0].upper())
        if int(f"{signs[2:]}{country}{signs[:2]}".translate(_AS_NUMBERS)) % 97 == 1:
            found.append((at - letters.end(), rest.end()))
    return found


# The length of a whole IBAN by country: SWIFT's IBAN registry, release 99, and the countries that use the form without
# being listed there.
_IBAN_LENGTHS = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "AO CV GW LY MZ PT ST",
    26: "DZ IR IS TR",
    27: "BI CF CG CM DJ FR GA GQ GR IT KM MC MG MR SM TD",
    28: "AL AZ BF BJ BY CI CY DO GT HN HU LB MA ML NE NI PL SN SV TG",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
# Read from the digits backwards, where there is but one way to read it.
_COUNTRY_BACKWARDS = re.compile(rf"{GAP}([A-Za-z]){GAP}([A-Za-z])")
_IBAN_REST = {
    country: re.compile(rf"[0-9]{GAP}[0-9](?:{GAP}[0-9A-Za-z]){{{length - 4}}}(?![0-9])")
    for length, countries in _IBAN_LENGTHS.items()
    for country in countries.split()
}
_NO_SIGN = re.compile("[^0-9A-Z]")
# A is 10, Z is 35.
_AS_NUMBERS = str.maketrans({letter: str(int(letter, 36)) for letter in string.ascii_uppercase})
