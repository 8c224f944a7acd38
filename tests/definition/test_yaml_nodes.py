"""The small and strict YAML of definitions: values, places, and the traps that are closed.

Every test runs with both parsers of PyYAML: libyaml's, and the one in pure Python that is there without it.
"""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
import yaml

from layerwise.core.errors import DefinitionError
from layerwise.definition import yaml_parser
from layerwise.definition.yaml_nodes import COMMA

PARSERS = [parser for name in ("CBaseLoader", "BaseLoader") if (parser := getattr(yaml, name, None))]


@pytest.fixture(autouse=True, params=PARSERS, ids=lambda parser: parser.__name__)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_parser, "_PARSER", request.param)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12),
        ("-12", -12),
        ("0", 0),
        ("0.5", 0.5),
        ("-0.25", -0.25),
        ("76.130", 76.13),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        # what other YAMLs make numbers, truth values or dates of stays as it is written
        ("017", "017"),
        ("0o17", "0o17"),
        ("0x3", "0x3"),
        ("0b11", "0b11"),
        ("1_000", "1_000"),
        ("1,000", "1,000"),
        ("+1", "+1"),
        ("1e3", "1e3"),
        (".5", ".5"),
        ("1.", "1."),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1:30", "1:30"),
        ("2012-09-30", "2012-09-30"),
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("True", "True"),
        ("TRUE", "TRUE"),
        ("Null", "Null"),
        ("=", "="),
        ("60 M", "60 M"),
        ("3x3x64", "3x3x64"),
        ("3.8 × 10⁹", "3.8 × 10⁹"),
        ("$(4 * width)", "$(4 * width)"),
        # 15 digits are a number, which JavaScript has exactly, 16 are none
        ("9" * 15, 999_999_999_999_999),
        ("9" * 16, "9" * 16),
        ("-" + "9" * 16, "-" + "9" * 16),
        ("9" * 16 + ".5", "9" * 16 + ".5"),
        ("0." + "1" * 16, "0." + "1" * 16),
        # quoted, everything is text
        ("'12'", "12"),
        ('"12"', "12"),
        ("'true'", "true"),
        ('"null"', "null"),
        ("''", ""),
        ("|\n  12\n", "12\n"),
        (">\n  a\n  b\n", "a b\n"),
        ('"\\u00d7"', "×"),
        # around it
        ("12 # a comment", 12),
        ("12#no comment", "12#no comment"),
        ("[1, a, [true]]", [1, "a", [True]]),
        ("{a: 1, b: {c: }}", {"a": 1, "b": {"c": None}}),
        ("[]", []),
        ("{}", {}),
    ],
)
def test_value(written: str, value: Any) -> None:
    read = yaml_parser.read(f"key: {written}", "f.yml").data["key"]
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("\n\n", None),
        ("# nothing but a comment\n", None),
        ("---\n", None),
        ("--- \na: 1\n...\n", {"a": 1}),
        ("\ufeffa: 1\n", {"a": 1}),
        ("a: 1\r\nb:\r\n  - 2\r\n", {"a": 1, "b": [2]}),
        ("017: a\ntrue: b\n'': c\n", {"017": "a", "true": "b", "": "c"}),
        ("just a text", "just a text"),
        ("[1]", [1]),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
    ],
)
def test_document(text: str, value: Any) -> None:
    assert yaml_parser.read(text, "f.yml").data == value


PLACES = """\
name: LeNet-5
input:   32x32x1
layers:
  - {conv: 5x5x6, name: Conv1}
  - max_pool: 2x2
    stride: [2,
      3]
  - "fc"
×: x
"""


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ((), None, (1, 1)),
        (("name",), (1, 1), (1, 7)),
        (("input",), (2, 1), (2, 10)),
        (("layers",), (3, 1), (4, 3)),
        (("layers", 0), None, (4, 5)),
        (("layers", 0, "conv"), (4, 6), (4, 12)),
        (("layers", 0, "name"), (4, 19), (4, 25)),
        (("layers", 1), None, (5, 5)),
        (("layers", 1, "max_pool"), (5, 5), (5, 15)),
        (("layers", 1, "stride", 0), None, (6, 14)),
        (("layers", 1, "stride", 1), None, (7, 7)),
        (("layers", 2), None, (8, 5)),
        (("×",), (9, 1), (9, 4)),
    ],
)
@pytest.mark.parametrize("text", [PLACES, PLACES.replace("\n", "\r\n"), "\ufeff" + PLACES], ids=["lf", "crlf", "bom"])
def test_places_are_counted_from_one(
    text: str, path: tuple[str | int, ...], key: tuple[int, int] | None, value: tuple[int, int]
) -> None:
    node = yaml_parser.read(text, "f.yml").at(*path)
    assert node.place == value
    assert node.key_place == key


@pytest.mark.parametrize(
    ("path", "key", "place"),
    [
        (("layers", 1, "stride"), False, (6, 13)),
        (("layers", 1, "stride"), True, (6, 5)),
        # what has no place of its own is reported at what is around it
        (("layers", 1, "padding"), False, (5, 5)),
        (("layers", 7, "conv", "x"), False, (4, 3)),
        (("paper", "title"), False, (1, 1)),
        (("layers", 2), True, (8, 5)),
        (("paper",), True, (1, 1)),
    ],
)
def test_error_is_at_its_place(path: tuple[str | int, ...], key: bool, place: tuple[int, int]) -> None:
    node = yaml_parser.read(PLACES, "f.yml").at(*path)
    diagnostic = node.key_error("wrong") if key else node.error("wrong")
    assert (diagnostic.line, diagnostic.column) == place
    assert str(diagnostic) == f"f.yml:{place[0]}:{place[1]}: wrong"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1: duplicate key 'a'; first used in line 1"),
        ("{a: 1, 'a': 2}", "1:8: duplicate key 'a'; first used in line 1"),
        ("x:\n  - {b: 1,\n     b: 2}", "3:6: duplicate key 'b'; first used in line 2"),
        ("{a: 64, 256, 256}", f"1:14: duplicate key '256'; first used in line 1; {COMMA}"),
        ("a: &x 1", "1:4: anchors like &x are not allowed"),
        ("a: &x {b: 1}", "1:4: anchors like &x are not allowed"),
        ("&x a: 1", "1:1: anchors like &x are not allowed"),
        ("a: 1\nb: *x", "2:4: aliases like *x are not allowed"),
        ("*x : 1", "1:1: a key must be a string"),
        ("<<: *x", "1:5: aliases like *x are not allowed"),
        ("a: !!int 1", "1:4: tags like tag:yaml.org,2002:int are not allowed"),
        ("a: !!python/object/apply:os.system [ls]", "1:4: tags like tag:yaml.org,2002:python/object/apply:os.system"),
        ("a: !x 1", "1:4: tags like !x are not allowed"),
        ("a: ! 1", "1:4: tags like ! are not allowed"),
        ("!!str a: 1", "1:1: tags like tag:yaml.org,2002:str are not allowed"),
        ("? [a]\n: 1", "1:3: a key must be a string"),
        ("? {a: 1}\n: 1", "1:3: a key must be a string"),
        ("a: 1\n---\nb: 2\n", "2:1: a file can have only one YAML document"),
        ("---\n---\n", "2:1: a file can have only one YAML document"),
        ("a: " + "[" * 10_000, "1:44: nested too deeply; definitions nest at most 40 levels deep"),
        (
            "\n".join(" " * n + "a:" for n in range(100)),
            "42:42: nested too deeply; definitions nest at most 40 levels deep",
        ),
        ("a: \0", "1:4: the character U+0000 is not allowed; delete it"),
        ("a: 1\nb: x\x1b[0m", "2:5: the character U+001B is not allowed; delete it"),
        ("a: 1\r\nb: \x07", "2:4: the character U+0007 is not allowed; delete it"),
        ("a: \ud800", "1:4: the character U+D800 is not allowed"),
        ("a: \uffff", "1:4: the character U+FFFF is not allowed"),
        ('a: "\\0"', "1:4: the character U+0000 is not allowed; delete it"),
        ('"\\e": 1', "1:1: the character U+001B is not allowed; delete it"),
        # where not every parser says the same, the place is what counts
        ("a:\n\tb: 1", "2:1: tabs are not allowed in indentation"),
        ("\ta: 1", "1:1: tabs are not allowed in indentation"),
        ("a: [1, 2\nb: 3", "2:2: expected a comma or a closing bracket"),
        ("a: }", "1:4: expected a value"),
        ("a: b: c", "1:5: unexpected colon"),
        ("a: 1\n b: 2", "2:3: unexpected colon"),
        ("a: 'x", "1:6: unclosed quote"),
        ("a: @x", "1:4: a string cannot start with @; put it in quotes"),
        ('a: "\\x"', "1:7: invalid escape sequence"),
        ('a: "\\ud800"', "1:"),
        ('a: "\\UFFFFFFFF"', "1:"),
        ("%YAML 3.0\n---\na: 1", "1:1: directives like %YAML and %TAG are not allowed"),
    ],
    ids=lambda text: text[:20],
)
def test_refused(text: str, expected: str) -> None:
    with pytest.raises(DefinitionError) as error:
        yaml_parser.read(text, "f.yml")
    (diagnostic,) = error.value.diagnostics
    assert str(diagnostic).startswith(f"f.yml:{expected}")


def test_strings_are_compared_in_one_normal_form() -> None:
    # é as one character, and as e with an accent; the column counts those that are typed
    root = yaml_parser.read("e\u0301: {as: \u00e9, from: e\u0301}\n", "f.yml")
    assert root.data == {"\u00e9": {"as": "\u00e9", "from": "\u00e9"}}
    assert root.at("\u00e9", "from").place == (1, 19)
    with pytest.raises(DefinitionError, match="2:1: duplicate key"):
        yaml_parser.read("e\u0301: 1\n\u00e9: 2\n", "f.yml")


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Ái Quốc",
        "เครือข่ายที่ลึก",
        "شَبَكَةٌ عَصَبِيَّةٌ",
        "רֶשֶׁת",
        "नेटवर्क",
        "བསྒྲུབས",
        "ネットワーク",
        "👩🏽 ❤️",
    ],
)
def test_scripts_with_marks_are_read(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert yaml_parser.read(f"name: {decomposed}", "f.yml").data == {"name": unicodedata.normalize("NFC", text)}
