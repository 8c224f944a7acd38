"""Definitions that are not plain text: odd bytes and characters, and paths that are not files.

Every case runs with both parsers of PyYAML: libyaml's, and the one in pure Python that is there without it.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
import yaml

from layerwise.core.errors import DefinitionError
from layerwise.definition import load, yaml_parser
from tests.places import check_places

PARSERS = [parser for name in ("CBaseLoader", "BaseLoader") if (parser := getattr(yaml, name, None))]
TEXT = "name: T\ninput: 8x8x3\nlayers: [relu]\n"
NOT_A_MAPPING = "1:1: expected a mapping with name, input and layers"
UTF_16 = "1:1: the file is in UTF-16 or UTF-32; save it as UTF-8"
ONE_DOCUMENT = "a file can have only one YAML document"
LONE_CR = "carriage return (U+000D) without a line feed; end lines with LF or CRLF"
ANCHOR = "anchors like &x are not allowed; use blocks and parameters"
REFERENCE = "aliases like *x are not allowed; use blocks and parameters"
DIRECTIVE = "directives like %YAML and %TAG are not allowed"
TAB = "tabs are not allowed in indentation; use spaces"
KEY = "a key must be a string"


def character(code: str, name: str = "") -> str:
    return f"the character U+{code}{f' ({name})' if name else ''} is not allowed; delete it"


READ = [
    ("plain", TEXT.encode()),
    ("byte order mark", TEXT.encode("utf-8-sig")),
    ("CRLF", TEXT.replace("\n", "\r\n").encode()),
    ("byte order mark and CRLF", TEXT.replace("\n", "\r\n").encode("utf-8-sig")),
    ("no end of the last line", TEXT.rstrip().encode()),
    ("start and end of the document", f"---\n{TEXT}...\n".encode()),
    ("comments around it", f"# first\n\n{TEXT}# last\n".encode()),
    ("letters of any script", f"{TEXT}summary: Größe × β 卷积 العربية\n".encode()),
    ("a question mark before a plain key", f"? summary\n: s\n{TEXT}".encode()),
]

REFUSED = [
    ("empty", b"", NOT_A_MAPPING),
    ("empty lines", b"\n\n", NOT_A_MAPPING),
    ("nothing but a byte order mark", b"\xef\xbb\xbf", NOT_A_MAPPING),
    ("nothing but a comment", b"# empty\n", NOT_A_MAPPING),
    ("nothing but a start", b"---\n", NOT_A_MAPPING.replace("1:1", "2:1")),
    ("a list", b"[1]", NOT_A_MAPPING),
    ("a text", b"LeNet-5", NOT_A_MAPPING),
    ("a number", b"5", NOT_A_MAPPING),
    ("UTF-16 with its mark", TEXT.encode("utf-16"), UTF_16),
    ("UTF-16, little end first", TEXT.encode("utf-16-le"), UTF_16),
    ("UTF-16, big end first", TEXT.encode("utf-16-be"), UTF_16),
    ("UTF-32 with its mark", TEXT.encode("utf-32"), UTF_16),
    ("UTF-32, little end first", TEXT.encode("utf-32-le"), UTF_16),
    ("UTF-32, big end first", TEXT.encode("utf-32-be"), UTF_16),
    ("Latin-1", b"name: T\nsummary: Gr\xf6\xdfe\n", "2:12: the byte 0xF6 is not valid UTF-8; save the file as UTF-8"),
    ("half a character", "name: ö".encode()[:-1], "1:7: the byte 0xC3 is not valid UTF-8; save the file as UTF-8"),
    ("a surrogate", b"name: \xed\xa0\x80", "1:7: the byte 0xED is not valid UTF-8; save the file as UTF-8"),
    ("too large", b"# " + b"x" * 100_000, "1:1: file too large; a definition has at most 100,000 bytes"),
    # characters
    ("NUL", b"name: \0", f"1:7: {character('0000')}"),
    ("escape", b"name: T\nsummary: x\x1b[0m", f"2:11: {character('001B')}"),
    ("bell behind CRLF", b"name: T\r\nsummary: \x07", f"2:10: {character('0007')}"),
    ("vertical tab", b"name: \x0b", f"1:7: {character('000B')}"),
    ("form feed", b"name: \x0c", f"1:7: {character('000C')}"),
    ("lone CR", b"name: T\rinput: 8x8x3\r", f"1:8: {LONE_CR}"),
    ("CR before CRLF", b"name: T\r\r\n", f"1:8: {LONE_CR}"),
    ("next line", "name: T\u0085x".encode(), f"1:8: {character('0085')}"),
    ("line separator", "a: 1\nname: T\u2028x".encode(), f"2:8: {character('2028', 'LINE SEPARATOR')}"),
    ("paragraph separator", "name: T\u2029".encode(), f"1:8: {character('2029', 'PARAGRAPH SEPARATOR')}"),
    ("right to left", "name: T\u202ex".encode(), f"1:8: {character('202E', 'RIGHT-TO-LEFT OVERRIDE')}"),
    ("isolate", "name: T\u2066x".encode(), f"1:8: {character('2066', 'LEFT-TO-RIGHT ISOLATE')}"),
    ("a mark of direction", "# \u200f".encode(), f"1:3: {character('200F', 'RIGHT-TO-LEFT MARK')}"),
    ("zero width", "na\u200bme: T".encode(), f"1:3: {character('200B', 'ZERO WIDTH SPACE')}"),
    ("joiner", "name: T\u200dx".encode(), f"1:8: {character('200D', 'ZERO WIDTH JOINER')}"),
    ("soft hyphen", "name: Le\u00adNet".encode(), f"1:9: {character('00AD', 'SOFT HYPHEN')}"),
    ("byte order mark inside", "name: \ufeffT".encode(), f"1:7: {character('FEFF', 'ZERO WIDTH NO-BREAK SPACE')}"),
    ("two byte order marks", "\ufeff\ufeffname: T".encode(), f"1:1: {character('FEFF', 'ZERO WIDTH NO-BREAK SPACE')}"),
    ("a braille blank", "name: \u2800".encode(), f"1:7: {character('2800', 'BRAILLE PATTERN BLANK')}"),
    ("a Hangul filler", "name: \u115f".encode(), f"1:7: {character('115F', 'HANGUL CHOSEONG FILLER')}"),
    ("private use", "name: \ue000".encode(), "1:7: the character U+E000 is not allowed; delete it"),
    ("private use beyond", "name: \U0010fffd".encode(), "1:7: the character U+10FFFD is not allowed; delete it"),
    ("marks without end", ("name: a" + "\u0301" * 8).encode(),
     "1:7: too many combining marks; a letter has at most 7"),
    ("marks without end in a key", ("na" + "\u0e49" * 8 + "me: T").encode(),
     "1:1: too many combining marks; a letter has at most 7"),
    ("an invisible tag", "name: T\U000e0041".encode(), f"1:8: {character('E0041', 'TAG LATIN CAPITAL LETTER A')}"),
    ("no character", "name: \uffff".encode(), f"1:7: {character('FFFF')}"),
    ("escaped NUL", b'name: "\\0"', f"1:7: {character('0000')}"),
    ("escaped direction", b'name: "a\\u202e"', f"1:7: {character('202E', 'RIGHT-TO-LEFT OVERRIDE')}"),
    ("escaped in a key", b'"\\u200b": 1', f"1:1: {character('200B', 'ZERO WIDTH SPACE')}"),
    ("tab as indentation", b"paper:\n\ttitle: T", f"2:1: {TAB}"),
    ("tab before everything", b"\tname: T", f"1:1: {TAB}"),
    # documents
    ("two documents", f"{TEXT}---\n{TEXT}".encode(), f"4:1: {ONE_DOCUMENT}"),
    ("two empty documents", b"---\n---\n", f"2:1: {ONE_DOCUMENT}"),
    ("something behind the end", b"name: T\n...\ninput: 8x8x3", f"3:1: {ONE_DOCUMENT}"),
    ("a directive", f"%YAML 1.2\n---\n{TEXT}".encode(), f"1:1: {DIRECTIVE}"),
    ("a directive of another version", b"# first\n%YAML 3.0\n---\na: 1", f"2:1: {DIRECTIVE}"),
    ("a directive for tags", b"%TAG ! tag:example.org,2000:\n---\na: !x 1", f"1:1: {DIRECTIVE}"),
    ("an unknown directive", b"%FOO\n---\na: 1", f"1:1: {DIRECTIVE}"),
    # keys
    ("a key twice", b"name: T\nname: U", "2:1: duplicate key 'name'; first used in line 1"),
    ("a key twice in other quotes", b"{a: 1, 'a': 2}", "1:8: duplicate key 'a'; first used in line 1"),
    ("a list as a key", b"? [a]\n: 1", f"1:3: {KEY}"),
    ("a list as a key in brackets", b"{[a]: 1}", f"1:2: {KEY}"),
    ("a mapping as a key", b"? {a: 1}\n: 1", f"1:3: {KEY}"),
    ("a reference as a key", b"*x : 1", f"1:1: {KEY}"),
    ("no key", b"name: T\n: 1", "2:1: unexpected indentation: align this with its siblings, "
     "and check for an unclosed quote or bracket above"),
    ("a long key", b"a" * 101 + b": 1", "1:1: key too long; a key has at most 100 characters"),
    # what YAML has and definitions have not
    ("an anchor", b"name: &x T", f"1:7: {ANCHOR}"),
    ("an anchor of a mapping", b"name: &x {a: 1}", f"1:7: {ANCHOR}"),
    ("an anchor of a key", b"&x name: T", f"1:1: {ANCHOR}"),
    ("a reference", b"name: *x", f"1:7: {REFERENCE}"),
    ("a merge key", b"<<: *x", f"1:5: {REFERENCE}"),
    ("a billion laughs", b"a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]", "1:4: anchors like &a are not allowed; "
     "use blocks and parameters"),
    ("a tag", b"name: !!str T", "1:7: tags like tag:yaml.org,2002:str are not allowed"),
    ("a tag that would run", b"a: !!python/object/apply:os.system [ls]",
     "1:4: tags like tag:yaml.org,2002:python/object/apply:os.system are not allowed"),
    ("a tag of its own", b"a: !x 1", "1:4: tags like !x are not allowed"),
    ("a tag of nothing known", b"a: !e!x 1", "1:4: tags are not allowed; put a string that starts with ! "
     "in quotes"),
    ("a long tag", b"a: !" + b"x" * 500 + b" 1", f"1:4: tags like !{'x' * 79}… are not allowed"),
    # size
    ("a long text", b"name: " + b"a" * 2_001, "1:7: string too long; a string has at most 2,000 characters"),
    ("a long text of lines", b"name: |\n" + b" ab\n" * 1_000,
     "1:7: string too long; a string has at most 2,000 characters"),
    ("a long list", b"name: [" + b"a," * 1_001 + b"]", "1:2008: too many entries; a list has at most 1,000"),
    ("a long mapping", b"".join(b"k%d: 1\n" % n for n in range(101)),
     "101:1: too many keys; a mapping has at most 100"),
    ("a deep list", b"name: " + b"[" * 50_000, "1:47: nested too deeply; definitions nest at most 40 levels deep"),
    ("a deep mapping", "\n".join(" " * n + "a:" for n in range(99)).encode(),
     "42:42: nested too deeply; definitions nest at most 40 levels deep"),
    ("a long line", b"name: T\nx: " + b"a b " * 20_000 + b": 1",
     "2:4: string too long; a string has at most 2,000 characters"),
]  # fmt: skip


@pytest.fixture(autouse=True, params=PARSERS, ids=lambda parser: parser.__name__)
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_parser, "_PARSER", request.param)


@pytest.mark.parametrize("content", [case[1] for case in READ], ids=[case[0] for case in READ])
def test_read(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "net.yml"
    file.write_bytes(content)
    assert load(file).metadata.name == "T"


@pytest.mark.parametrize(("content", "expected"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    file = tmp_path / "net.yml"
    file.write_bytes(content)
    with pytest.raises(DefinitionError) as error:
        load(file, "net.yml")
    assert str(error.value) == f"net.yml:{expected}"
    check_places(error.value, content)


def refusal(file: Path) -> str:
    with pytest.raises(DefinitionError) as error:
        load(file, "net.yml")
    return str(error.value)


def test_paths_that_are_not_files_do_not_block(tmp_path: Path) -> None:
    pipe, folder, device, server = (tmp_path / name for name in ("pipe.yml", "folder.yml", "device.yml", "s.yml"))
    os.mkfifo(pipe)
    folder.mkdir()
    device.symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(server))
        for odd in (pipe, folder, device, server):
            assert refusal(odd) == "net.yml:1:1: cannot be read: not a regular file"


def test_links_to_nothing(tmp_path: Path) -> None:
    missing, circle = tmp_path / "missing.yml", tmp_path / "circle.yml"
    missing.symlink_to("nowhere.yml")
    circle.symlink_to("circle.yml")
    assert refusal(missing) == "net.yml:1:1: cannot be read: No such file or directory"
    assert refusal(circle) == "net.yml:1:1: cannot be read: Too many levels of symbolic links"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    file = tmp_path / "net.yml"
    file.write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(os, "open", refuse)
    assert refusal(file) == "net.yml:1:1: cannot be read: Permission denied"
