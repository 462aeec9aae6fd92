"""Detectors, each alone: the examples of the registries are found, what fails its check is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mask.digits import find
from mask.patterns import cards, emails, ibans, ip_addresses, luhn

# The examples of SWIFT's IBAN registry, one a country.
_REGISTRY = """
AD1200012030200359100100 AE070331234567890123456 AL47212110090000000235698741 AT611904300234573201
AZ21NABZ00000000137010001944 BA391290079401028494 BE68539007547034 BG80BNBG96611020345678 BH67BMAG00001299123456
BR1800360305000010009795493C1 BY13NBRB3600900000002Z00AB00 CH9300762011623852957 CR05015202001026284066
CY17002001280000001200527600 CZ6508000000192000145399 DE89370400440532013000 DK5000400440116243
DO28BAGR00000001212453611324 EE382200221020145685 EG380019000500000000263180002 ES9121000418450200051332
FI2112345600000785 FO6264600001631634 FR1420041010050500013M02606 GB29NWBK60161331926819 GE29NB0000000101904917
GI75NWBK000000007099453 GL8964710001000206 GR1601101250000000012300695 GT82TRAJ01020000001210029690
HR1210010051863000160 HU42117730161111101800000000 IE29AIBK93115212345678 IL620108000000099999999
IS140159260076545510730339 IT60X0542811101000000123456 JO94CBJO0010000000000131000302
KW81CBKU0000000000001234560101 KZ86125KZT5004100100 LB62099900000001001901229114 LI21088100002324013AA
LT121000011101001000 LU280019400644750000 LV80BANK0000435195001 MC5811222000010123456789030
MD24AG000225100013104168 ME25505000012345678951 MK07250120000058984 MR1300020001010000123456753
MT84MALT011000012345MTLCAST001S MU17BOMM0101101030300200000MUR NL91ABNA0417164300 NO9386011117947
PK36SCBL0000001123456702 PL61109010140000071219812874 PS92PALS000000000400123456702 PT50000201231234567890154
QA58DOHB00001234567890ABCDEFG RO49AAAA1B31007593840000 RS35260005601001611379 SA0380000000608010167519
SC18SSCB11010000000000001497USD SE4550000000058398257466 SI56263300012039086 SK3112000000198742637541
SM86U0322509800000000270100 ST23000100010051845310146 SV62CENR00000000000000700025 TL380080012345678910157
TN5910006035183598478831 TR330006100519786457841326 UA213223130000026007233566001 VA59001123000012345678
VG96VPVG0000012345678901 XK051212012345678906
"""
IBANS = _REGISTRY.split()


@pytest.mark.parametrize("iban", IBANS)
def test_the_example_of_each_country_is_found(iban: str) -> None:
    grouped = " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))
    for written in (iban, iban.lower(), grouped, "-".join(iban)):
        text = f"to {written}, 12"
        assert [text[first:last] for first, last in ibans(text, find(text), {})] == [written]


@pytest.mark.parametrize("iban", IBANS)
def test_with_one_digit_changed_it_is_none(iban: str) -> None:
    last_digit = max(at for at, sign in enumerate(iban) if sign.isdigit())
    wrong = f"{iban[:last_digit]}{(int(iban[last_digit]) + 1) % 10}{iban[last_digit + 1 :]}"
    assert not list(ibans(wrong, find(wrong), {}))
    assert not list(ibans(f"{iban}0", find(f"{iban}0"), {}))


# Test numbers that card networks and payment services publish.
_PUBLISHED = """
4111111111111111 4222222222222 4012888888881881 5555555555554444 5105105105105100 2223003122003222 378282246310005
371449635398431 30569309025904 38520000023237 6011111111111117 6011000990139424 3530111333300000 3566002020360505
6304000000000000 6759649826438453 5018000000000009 501800000009 6200000000000005 2200000000000004
"""
CARDS = _PUBLISHED.split()


@pytest.mark.parametrize("card", CARDS)
def test_a_card_is_found_alone_and_among_other_numbers(card: str) -> None:
    for text in (card, f"12 {card} 7", f"card:{card}.", f"{card}/12-28"):
        assert any(card in text[first:last] for first, last in cards(text, find(text), {}))


@given(st.text("0123456789", min_size=12, max_size=19), st.integers(0, 18), st.integers(1, 9))
def test_the_check_notices_every_changed_digit(number: str, at: int, more: int) -> None:
    at %= len(number)
    changed = f"{number[:at]}{(int(number[at]) + more) % 10}{number[at + 1 :]}"
    assert not (luhn(number) and luhn(changed))


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",
        "411111111111111",
        "0000000000000000",
        "1732356789012",
        "41111111111111111111111",
        "4111 1111",
    ],
)
def test_other_numbers_are_no_cards(text: str) -> None:
    assert not list(cards(text, find(text), {}))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@b.co", ["a@b.co"]),
        ("<anna.b+x@mail.example.com>, bert@example.org.", ["anna.b+x@mail.example.com", "bert@example.org"]),
        ("jürgen@müller.example", ["jürgen@müller.example"]),
        ("mailto:anna@example.com?subject=x", ["anna@example.com"]),
        ("anna@localhost, @handle, a@, @b.com, 5@3", []),
        ("anna@example..com, anna@-x.com", []),
    ],
)
def test_emails(text: str, found: list[str]) -> None:
    assert [text[first:last] for first, last in emails(text, find(text), {})] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("192.0.2.1", ["192.0.2.1"]),
        ("http://192.0.2.1:8080/x", ["192.0.2.1"]),
        ("2001:db8::1, ::1, fe80::a%eth0", ["2001:db8::1", "::1", "fe80::a"]),
        ("::ffff:192.0.2.1", ["192.0.2.1", "::ffff:192.0.2.1"]),
        ("1:2:3:4:5:6:7:8", ["1:2:3:4:5:6:7:8"]),
        ("IP:2001:db8::1, src:2001:db8::2: ip=fe80::1. [::2]:443", ["2001:db8::1", "2001:db8::2", "fe80::1", "::2"]),
        ("std::vector and a 10:15:30: or at:10:15", []),
        ("256.1.1.1, 1.2.3, 1.2.3.4.5, 10:15:30, 01:23:45:67:89:ab", []),
    ],
)
def test_ip_addresses(text: str, found: list[str]) -> None:
    assert [text[first:last] for first, last in ip_addresses(text, find(text), {})] == found
