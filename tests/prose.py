"""Finds words in prose that have a plainer one: ``file:line: word -> better word``.

    python -m tests.prose [FILE…]    # all prose of the repository, or some files

Prose is what people read: pages, notes of networks, templates, and the docstrings, comments and messages of programs.
Code, keys, names and quoted output are not. To quote a word on this list, write ``prose: allow`` in a comment on the
same line or on the line above it.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).parents[1]
FILES = (
    "*.md", "docs/**/*.md", "mkdocs.yml", "networks/*.yml", "Makefile", "pyproject.toml", ".ci/run", ".github/**/*.yml",
    "generator/**/*.py", "generator/**/*.yml", "generator/**/*.j2", "generator/**/*.html", "generator/**/*.js",
    "generator/**/*.css", "tests/**/*.py", "benchmarks/**/*.py",
)  # fmt: skip
SKIPPED = ("tests/prose.py", "tests/test_prose.py")
ALLOWED = "prose: allow"


class Rule(NamedTuple):
    """Words that must not appear, and better ones."""

    pattern: re.Pattern[str]
    better: str


def rule(pattern: str, better: str) -> Rule:
    """A rule for whole words; a space in the pattern matches any white space, also the end of a line."""
    return Rule(re.compile(rf"\b(?:{pattern})\b".replace(" ", r"\s+"), re.IGNORECASE), better)


RULES = (
    rule("c[oa]mes? about", "is calculated"),
    rule(r"(?<!idea\s)(?<!reason\s)(?<!motivation\s)(?<!intuition\s)behind", "after, following, of"),
    rule("beneath", "below"),
    rule("in (?:the )?place of", "instead of"),
    rule("tells|told", "reports, prints, shows"),
    rule("(?:page|file|message|error|command|program|test|table|comment|docstring|it) says", "states, shows"),
    rule("(?:is|are|was|were|been) said", "is stated, is documented"),
    rule("mistakes?", "error"),
    rule("goe?s? on with|went on with", "continues, uses"),
    rule("mend(?:s|ed|ing)?", "fix"),
    rule("stands?(?! for| out| alone| still)", "is, follows"),
    rule("beside", "next to, along with"),
    rule("besides", "also, other than"),
    rule("at the (?:least|most)", "at least, at most"),
    rule("what (?:leaves|enters|entered|left)", "output, input"),
    rule("(?:shapes?|maps?|values?|channels?) that (?:leaves?|left|enter|enters|entered)", "output, input"),
    rule("(?:the|each|every|first|last|per|its|all|one) turns?(?! into| off| on| out| to)", "iteration"),
    rule("strangers?", "untrusted input"),
    rule("asked once", "evaluated once"),
    rule("honest(?:ly)?", "correct"),
    rule(r"(?:\d+\s*%|percent|most|half) of the work", "of the MACs, of the compute"),
    rule("made no longer", "no longer generated"),
    rule("(?:the|a) way back", "the backward pass"),
    rule("(?:is|are|be) looked at", "is visible, is read"),
    rule("left out", "skipped, omitted"),
    rule("(?:come|comes|is|are|be|shown?|shows|seen|there|here|begins?) at once", "immediately"),
    rule(r"in all(?=\s*[.,;:)])", "in total"),
    rule(r"too(?=[.;:)])", "also"),
    rule("a text", "a string"),
    rule("house", "architecture, package"),
    rule("anew", "again"),
    rule("left over", "remaining"),
)  # fmt: skip
DOCSTRING = re.compile(r"[rRbBuUfF]*(?:\"\"\"|'''|\"|')(What|How|Which|Whether|Who|Where)\b")
"""A docstring is an imperative or a noun phrase, so it does not begin with one of these."""


class Finding(NamedTuple):
    """A word that a rule does not allow."""

    line: int
    word: str
    better: str


# --- which characters of a file are prose ---------------------------------------------------------------------------


Spans = Iterator[tuple[int, int]]
"""The beginnings and ends of pieces of a file."""

_NOT_MARKDOWN = re.compile(
    r"^ *(?P<fence>`{3,})[^\n]*\n.*?^ *(?P=fence)[^\n]*$"  # a fenced block
    r"|(?P<code>`+)(?:(?!(?P=code)).)+(?P=code)"
    r"|<!--.*?-->|\{\{.*?\}\}|\{%.*?%\}|\{ [#.].*?\}|\]\([^)]*\)|<[^>\n]*>|https?://\S+",
    re.DOTALL | re.MULTILINE,
)
_CODE = re.compile(r"(?P<code>`+)(?:(?!(?P=code)).)+(?P=code)|\{[^{}\n]*\}", re.DOTALL)
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_TEMPLATE = re.compile(r"\{#.*?#\}|<!--.*?-->|(?P<jinja>\{[{%].*?[}%]\})|(?P<tag><[^>]*>)", re.DOTALL)
_SHOWN = re.compile(r"""\b(?:title|aria-label|alt|placeholder|content)=(?:"([^"]*)"|'([^']*)')""")
_SCRIPT = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)"
    r"|(?<=[=(,:!&|?{};\[])\s*/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/",
    re.DOTALL,
)
_PROSE_KEYS = {"summary", "text", "about", "differs", "alt"}
"""Keys of definitions whose values are sentences of ours; titles of papers are not."""


def markdown(text: str) -> Spans:
    """Everything but code, comments, expressions and addresses."""
    after = 0
    for match in _NOT_MARKDOWN.finditer(text):
        yield after, match.start()
        after = match.end()
    yield after, len(text)


def everything(text: str) -> Spans:
    """The whole file: titles of pages are values of its settings."""
    yield 0, len(text)


def comments(text: str) -> Spans:
    """What follows a ``#``."""
    yield from (match.span() for match in re.finditer(r"(?:^|(?<=\s))#+ .*", text, re.MULTILINE))


def definition(text: str) -> Spans:
    """Comments, and the values of keys that hold sentences."""
    yield from comments(text)
    nodes = [yaml.compose(text)] if "$schema=" not in text or "$$" not in text else []
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value in _PROSE_KEYS and isinstance(value, yaml.ScalarNode):
                    yield value.start_mark.index, value.end_mark.index
                else:
                    nodes.append(value)
        elif isinstance(node, yaml.SequenceNode):
            nodes.extend(node.value)


def strings(text: str, start: int, end: int) -> Spans:
    """Quoted pieces of several words."""
    yield from (match.span() for match in _STRING.finditer(text, start, end) if " " in match[0].strip("\"' "))


def template(text: str) -> Spans:
    """Text between tags and expressions, comments, and strings that readers see."""
    after = 0
    for match in _TEMPLATE.finditer(text):
        yield after, match.start()
        after = match.end()
        if match["jinja"]:
            yield from strings(text, *match.span())
        elif match["tag"]:
            yield from (shown.span() for shown in _SHOWN.finditer(text, *match.span()))
        else:  # a comment, without its signs
            yield match.start() + 2, match.end() - 2
    yield after, len(text)


def script(text: str) -> Spans:
    """Comments, and strings of several words."""
    for match in _SCRIPT.finditer(text):
        if match["comment"]:
            yield match.span()
        elif match["string"] and " " in match["string"].strip("\"'` "):
            yield match.start() + 1, match.end() - 1


def python(text: str, *, messages: bool = True) -> Spans:
    """Comments and docstrings; with ``messages`` also other strings of several words."""
    lines = [0, *(match.end() for match in re.finditer("\n", text))]
    begins = True
    for kind, start, end in _strings_whole(tokenize.generate_tokens(io.StringIO(text).readline)):
        first, last = (lines[row - 1] + column for row, column in (start, end))
        if kind == tokenize.COMMENT or (
            kind == tokenize.STRING and (begins or (messages and " " in text[first:last].strip("\"' ")))
        ):
            yield first, last
        begins = kind in (
            *(tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENCODING),
        )


def _strings_whole(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[tuple[int, tuple[int, int], tuple[int, int]]]:
    """The types and places of tokens; an f-string is one string, which it is not since Python 3.12."""
    begin, end = (getattr(tokenize, f"FSTRING_{name}", -1) for name in ("START", "END"))
    open_strings: list[tuple[int, int]] = []
    for token in tokens:
        if token.type == begin:
            open_strings.append(token.start)
        elif token.type == end:
            start = open_strings.pop()
            if not open_strings:
                yield tokenize.STRING, start, token.end
        elif not open_strings:
            yield token.type, token.start, token.end


def data(text: str) -> Spans:
    """Python whose strings are data, as in tests."""
    yield from python(text, messages=False)


def spans_of(path: Path) -> Callable[[str], Spans]:
    """The function that finds prose in a file, by its name."""
    if path.suffix == ".py":
        return python if "layerwise" in path.parts else data
    if path.name == "mkdocs.yml":
        return everything
    if path.suffix == ".yml":
        return definition if path.parent.name in ("networks", "command") else comments
    return {".md": markdown, ".j2": template, ".html": template, ".js": script, ".css": script}.get(
        path.suffix, comments
    )


# --- words ----------------------------------------------------------------------------------------------------------


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The prose of a file, with everything else as spaces, so that places stay."""
    kept = [character if character == "\n" else " " for character in text]
    for start, end in spans:
        piece = _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text[start:end])
        kept[start:end] = re.sub(r"(?m)^([ \t]*)(//|\*|#+)(?= )", lambda sign: " " * len(sign[0]), piece)
    return "".join(kept)


def findings(text: str, spans: Callable[[str], Spans]) -> list[Finding]:
    """The words of a file that have a better one, in the order of their lines."""
    prose = masked(text, spans(text))
    matches = [(match, rule.better) for rule in RULES for match in rule.pattern.finditer(prose)]
    if spans in (python, data):
        places = [start for start, _ in python(text, messages=False)]
        begins = filter(None, (DOCSTRING.match(text, start) for start in places))
        matches += [(match, "an imperative or a noun phrase") for match in begins]
    lines = text.split("\n")
    found = [(text.count("\n", 0, match.end(match.lastindex or 0)), match, better) for match, better in matches]
    return sorted(
        Finding(line + 1, " ".join(match[match.lastindex or 0].split()), better)
        for line, match, better in found
        if ALLOWED not in lines[line] and ALLOWED not in lines[line - 1]
    )


def main(names: list[str]) -> int:
    """Print all findings; the exit code is 1 if there are any."""
    paths = [Path(name).resolve() for name in names] or [path for glob in FILES for path in sorted(ROOT.glob(glob))]
    files = {(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix(): path for path in paths}
    count, wrong = 0, 0
    for name in sorted(files.keys() - SKIPPED):
        found = findings(files[name].read_text(encoding="utf-8"), spans_of(files[name]))
        for finding in found:
            print(f"{name}:{finding.line}: {finding.word} -> {finding.better}")  # noqa: T201
        count, wrong = count + len(found), wrong + bool(found)
    if count:
        print(f"words that have a better one: {count}, in files: {wrong}", file=sys.stderr)  # noqa: T201
    return int(bool(count))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
