"""Texts of definitions as Markdown, YAML, addresses and cells."""

from __future__ import annotations

import markdown
import pytest
import yaml
from bs4 import BeautifulSoup

from layerwise.report.escaping import address, cell, code, finished, front_matter, plain, prose
from tests.hostile import STRINGS

EXTENSIONS = ["attr_list", "md_in_html", "tables", "toc", "fenced_code"]


def html(text: str) -> str:
    return markdown.markdown(text, extensions=EXTENSIONS)


@pytest.mark.parametrize("text", [*STRINGS, "5*3*2", "a_b", "_a_b_", "**", "2012. x", "2) x", "+ x", ": x", "=", "!"])
@pytest.mark.parametrize(
    "around", ["{}", "# {}", "- {}", "**{}**", "[{}](x.md)", "x\n{}", '<div markdown="1">\n\n{}\n\n</div>']
)
def test_a_text_reads_as_written(text: str, around: str) -> None:
    made = html(around.replace("{}", plain(text)))
    assert BeautifulSoup(made, "lxml").get_text().split() == [*("x" * around.startswith("x")), *text.split()]
    assert [element.name for element in BeautifulSoup(made, "lxml").select("body *")] == [
        element.name for element in BeautifulSoup(html(around.replace("{}", "text")), "lxml").select("body *")
    ]


@pytest.mark.parametrize(
    "text", ["VGG-16", "cifar10_quick", "He & Sun's", "3×3 of 5 × 5", "say “x”", "3.8 million", "a - b", "60 %"]
)
def test_a_text_without_signs_is_left_as_it_is(text: str) -> None:
    assert plain(text) == text.replace("&", "&amp;")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*x* and **y z**", "<em>x</em> and <strong>y z</strong>"),
        ("`a*b`, `c`", "<code>a*b</code>, <code>c</code>"),
        ("[VGG](vgg-16.md#layers)", '<a href="vgg-16.md#layers">VGG</a>'),
        ("[units](../method/units.md)", '<a href="../method/units.md">units</a>'),
        (
            "[`x` *y*](https://a.org/b_c?d=e&f=~g)",
            '<a href="https://a.org/b_c?d=e&amp;f=~g"><code>x</code> <em>y</em></a>',
        ),
        ("**[x](http://a.org)**", '<strong><a href="http://a.org">x</a></strong>'),
        ("3 * 4 * 5, 3*4*5", "3 * 4 * 5, 3*4*5"),
        ("![x](https://a.org/i.png)", '!<a href="https://a.org/i.png">x</a>'),
        # what is not one of these is text
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](data:text/html,x)", "[x](data:text/html,x)"),
        ("[x](//a.org)", "[x](//a.org)"),
        ("[x](/a.md)", "[x](/a.md)"),
        ("[x](https://a.org){: onclick=y }", '<a href="https://a.org">x</a>{: onclick=y }'),
        ('[x](https://a.org "t")', '[x](https://a.org "t")'),
        ("[x][y] [y]: https://a.org", "[x][y] [y]: https://a.org"),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("_x_ __y__", "_x_ __y__"),
        ("# x\n\n- y", "# x - y"),
        ("`x` **`<b>`**", "<code>x</code> <strong><code>&lt;b&gt;</code></strong>"),
    ],
)
def test_prose(text: str, expected: str) -> None:
    made = BeautifulSoup(html(prose(text)), "lxml")
    assert made == BeautifulSoup(f"<p>{expected}</p>", "lxml")


def test_markdown_is_not_escaped_again() -> None:
    assert finished(prose("*x*")) == "<em>x</em>"
    assert finished(finished("*x*")) == finished("*x*") == "&#42;x&#42;"
    assert finished(1998) == "1998"


def test_code() -> None:
    assert code("networks/x.yml") == "`networks/x.yml`"
    assert BeautifulSoup(html(code("a`<b>*")), "lxml") == BeautifulSoup("<p><code>a`&lt;b&gt;*</code></p>", "lxml")


@pytest.mark.parametrize("text", STRINGS)
def test_front_matter_is_html_in_yaml(text: str) -> None:
    front = yaml.safe_load(f"title: {front_matter(text)}\ntags: {front_matter([text])}\n")
    for read in (front["title"], *front["tags"]):
        assert BeautifulSoup(f'<p title="{read}">{read}</p>', "lxml").p.get_text().split() == text.split()  # type: ignore[union-attr]
        assert not {*"<>\"'\n"}.intersection(read)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://arxiv.org/abs/1512.03385", "https://arxiv.org/abs/1512.03385"),
        ("https://a.org/?b=c&d=%20e#f", "https://a.org/?b=c&d=%20e#f"),
        ("https://a.org/b (c)<d>'\"`*\\", "https://a.org/b%20%28c%29%3Cd%3E%27%22%60%2A%5C"),
        ("https://a.org/é", "https://a.org/%C3%A9"),
    ],
)
def test_address(url: str, expected: str) -> None:
    assert address(url) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VGG-16", "VGG-16"),
        ("a@b+c=d", "a@b+c=d"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("a;=1", "a;'=1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, expected: str) -> None:
    assert cell(text) == expected
