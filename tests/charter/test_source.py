from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lockgate.charter import source
from lockgate.charter.problem import Place
from lockgate.errors import InputError

FILE = "charter.yaml"


def value(text: str) -> Any:
    return source.read(f"key: {text}\n".encode(), FILE).data["key"]


def refusal(raw: bytes) -> str:
    with pytest.raises(InputError) as error:
        source.read(raw, FILE)
    return str(error.value)


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "Yes", "NO", "y", "n", "tRUE"])
def test_only_true_and_false_are_truth_values(word: str) -> None:
    assert value(word) == word
    assert value("true") is True
    assert value("False") is False


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-30",
        "2026-11-30T10:00:00Z",
        "12:30:45",
        "190:20:30",
        "1_000",
        "0b11",
        "+.e1",
        "1.2.3",
        "10%",
        "=",
        "1e",
    ],
)
def test_what_only_older_yaml_reads_as_a_number_or_a_time_stays_text(text: str) -> None:
    assert value(text) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-0", 0),
        ("12", 12),
        ("+12", 12),
        ("-7", -7),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("-2.5E-1", -0.25),
    ],
)
def test_decimal_numbers(text: str, number: float) -> None:
    assert value(text) == number
    assert type(value(text)) is type(number)


@pytest.mark.parametrize("text", ["", "~", "null", "Null", "NULL", "# nothing"])
def test_nothing(text: str) -> None:
    assert value(text) is None


@pytest.mark.parametrize("text", ["12", "true", "null", ".inf", "012"])
def test_what_stands_in_quotes_is_text(text: str) -> None:
    assert value(f"'{text}'") == text
    assert value(f'"{text}"') == text


def test_each_key_and_item_has_its_place() -> None:
    document = source.read("é: {b: 1}\nc:\n  - x\n  - d: [y]\n".encode(), FILE)
    assert document.data == {"é": {"b": 1}, "c": ["x", {"d": ["y"]}]}
    assert {path: (place.line, place.column) for path, place in document.places.items()} == {
        (): (1, 1),
        ("é",): (1, 1),
        ("é", "b"): (1, 5),
        ("c",): (2, 1),
        ("c", 0): (3, 5),
        ("c", 1): (4, 5),
        ("c", 1, "d"): (4, 5),
        ("c", 1, "d", 0): (4, 9),
    }


def test_what_is_not_in_the_file_has_the_place_of_its_section() -> None:
    document = source.read(b"a:\n  b: 1\n", FILE)
    assert document.place(("a", "z", 3)) == Place(FILE, 1, 1)
    assert document.place(("z",)) == Place(FILE, 1, 1)


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert source.read(b"\xef\xbb\xbfa: 1\n", FILE).data == {"a": 1}


def test_windows_line_ends() -> None:
    document = source.read(b"a: 1\r\nb: 2\r\n", FILE)
    assert document.data == {"a": 1, "b": 2}
    assert document.place(("b",)).line == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_refused(encoding: str) -> None:
    assert refusal("a: 1\n".encode(encoding)).startswith(f"{FILE}:1:")


def test_utf_16_is_called_by_its_name() -> None:
    assert refusal("a: 1\n".encode("utf-16")) == f"{FILE}:1:1: the file is UTF-16, expected UTF-8. Save it as UTF-8."


def test_the_byte_that_is_not_utf_8_is_named_with_its_place() -> None:
    assert refusal(b"a: 1\nb: stra\xdfe\n") == f"{FILE}:2:8: byte 0xdf is not UTF-8. Save the file as UTF-8."


def test_a_large_file_is_refused_before_it_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "parse", lambda *_, **__: pytest.fail("it was parsed"))
    assert refusal(b"#" * 10_000_000).startswith(f"{FILE}:1:1: the file is larger than 256 KiB")


def test_the_largest_file_is_read() -> None:
    head = b"a: 1\n#"
    assert source.read(head + b"x" * (source.MOST_BYTES - len(head)), FILE).data == {"a": 1}


def test_the_slow_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch, complete: str) -> None:
    fast = source.read(complete.encode(), FILE)
    monkeypatch.setattr(source, "_PARSER", yaml.SafeLoader)
    assert source.read(complete.encode(), FILE) == fast
    assert (
        refusal(b"a: &b 1\n")
        == f"{FILE}:1:4: the anchor &b is not accepted in a charter. Remove it; 'extends' shares a charter."
    )


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_arbitrary_bytes_are_read_or_refused_with_a_place(raw: bytes) -> None:
    reads_or_refuses(raw)


MARKS = ["&x ", "*x", "!t ", "!!int ", "? ", "<<", "---\n", "...\n", "%YAML 1.2\n", "\\u0000"]
LAYOUT = [": ", "\n", "  ", "- ", ", ", "|\n", ">-\n"]
YAML_BITS = st.sampled_from([*"ab:[]{}#1~\té\u2028'\"", "0x1", ".nan", *MARKS, *LAYOUT])


@settings(max_examples=500)
@given(st.lists(YAML_BITS, max_size=40))
def test_whatever_looks_like_yaml_is_read_or_refused_with_a_place(bits: list[str]) -> None:
    reads_or_refuses("".join(bits).encode())


def reads_or_refuses(raw: bytes) -> None:
    try:
        document = source.read(raw, FILE)
    except InputError as error:
        message = str(error)
    else:
        assert set(paths(document.data)) == set(document.places)
        return
    file, line, column, _ = message.split(":", 3)
    assert (file, line.isdigit(), column.isdigit()) == (FILE, True, True)
    assert len(message.splitlines()) == 1


def paths(data: Any, path: source.Path = ()) -> Any:
    yield path
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, child in children:
        yield from paths(child, (*path, step))


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])),
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text("abcde", min_size=1), children, max_size=4)
    ),
    max_leaves=20,
)


class Quoting(yaml.SafeDumper):
    """Puts all text in quotes, because PyYAML takes some YAML 1.2 numbers for text that needs none."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


@given(st.dictionaries(st.text("abcde", min_size=1), json_values, min_size=1))
def test_what_pyyaml_writes_is_read_back(data: dict[str, Any]) -> None:
    assert source.read(yaml.dump(data, Dumper=Quoting, allow_unicode=True).encode(), FILE).data == data
