"""Projects with definitions full of hostile strings, or of harmless strings for comparison."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from tests.projects import write_definitions, write_pages

STRINGS = (
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</title></textarea></noscript></svg><script>alert(2)</script>",
    "javascript:alert(1)",
    "{{ 7*7 }}{% raw %}{# x",
    '=HYPERLINK("https://example.org","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "[x](javascript:alert(1))",
    "![x](https://example.org/x.png)",
    "<https://example.org/>",
    "x {: onclick=alert(1) #id .class }",
    "{: onclick=alert(1) }",
    "]]>-->*/ <!-- layerwise 0 -->",
    "# x\n## y\n\n    z",
    "- x\n- y",
    "1. x",
    "x\n===\n\n| a | b |\n|--|--|\n| c | d |",
    '<div markdown="1">**x**</div>',
    "\\<b>x\\</b> \\` back\\\\slash \\",
    "`` ` `x` ``` *x* **x** _x_ __x__",
    "&lt;b&gt; &amp; &#60;i&#62; &copy",
    "--- \n...\n--- {}",
    "[^1]: x ~~~ :smile: <x@example.org>",
    "שלום <b>עולם</b> abc",
    "x<u>y</u> 😀 \xa0z",
    "'; alert(1); //",
    "x · y › z, et al.; & w",
    "https://example.org/\"onmouseover='alert(1)'",
)
"""Attempts to inject elements, attributes, templates, formulas, Markdown, character references and line ends."""

PROJECT = """\
site_name: Test
site_url: https://example.com/
repo_url: https://example.org/owner/repository
edit_uri: edit/main/docs/
theme: {name: material, font: false, features: [content.action.edit, search.highlight]}
plugins:
  - search
  - layerwise:
      pages: [networks, catalogue, compare, layers, claims, calculator, data]
      design: true
      twins: true
      robots: true
      license: MIT
markdown_extensions: [attr_list, md_in_html, tables, fenced_code, toc: {permalink: true}]
"""

NETWORK = """\
name: TEXT
family: TEXT
year: 2024
aliases: [TEXT]
input: 8x8x3
summary: TEXT
paper: {title: TEXT, authors: TEXT, venue: TEXT, url: URL}
accuracy: {top1: 50, source: TEXT}
notes: [{about: TEXT, text: TEXT}, TEXT]
claims:
  - {source: TEXT, model: TEXT, url: URL, parameters: 1234, differs: TEXT}
  - {source: TEXT, of: TEXT, macs: 7, differs: TEXT}
related: [all]
layers:
  - stage: TEXT
    layers: [{conv: 3x3x4, name: TEXT}, {unit: , name: TEXT}]
  - {fc: 10, name: TEXT}
  - output: [{fc: 2, name: TEXT}]
    name: TEXT
blocks:
  unit:
    layers:
      - concat: {TEXT: [{conv: 1x1x4, name: TEXT}], other: identity}
        name: TEXT
"""
"""A network with a string in every place that takes one."""

URL = "https://example.org/'onclick=alert(1)'/)*x*_y_?a=b&lt;c;d&copy#~!$,@"
"""An address with the valid characters that have a special meaning in other languages."""


def one_line(string: str) -> str:
    """Return a string as a browser shows it: line ends and repeated spaces become one space."""
    return " ".join(string.split())


def make_harmless(string: str, index: int) -> str:
    """Return a string of letters with the same length, unique by its index."""
    return f"{index:02}{re.sub(r'[^ ]', 'a', one_line(string))[2:]}"


def write(folder: Path, strings: Sequence[str], url: str = URL) -> None:
    """Write a project with a network for each string, and a family with a variant for each."""
    names = "".join(f'- {{{{ network("h{index}").name }}}}\n' for index in range(len(strings)))
    write_pages(folder, names, PROJECT)
    for index, string in enumerate(strings):
        definition = NETWORK.replace("TEXT", quoted(string)).replace("URL", quoted(url))
        write_definitions(folder, **{f"h{index}": definition})
    variants = "".join(f"  {quoted(string)}: {{slug: v{index}}}\n" for index, string in enumerate(strings))
    family = f"name: {quoted(strings[0])}\ninput: 8x8x3\nyear: 2024\nlayers: [{{fc: 1}}]\nvariants:\n{variants}"
    write_definitions(folder, all=family)


def quoted(string: str) -> str:
    """Return a string as YAML in double quotes."""
    return json.dumps(string, ensure_ascii=False)
