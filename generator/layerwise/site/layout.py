"""The parts of the reference that a site has, and where they are."""

from __future__ import annotations

import json
from dataclasses import dataclass

from layerwise.site import addresses

PAGES = ("networks", "catalogue", "compare", "layers", "claims", "calculator", "data")
"""The parts of the reference that a site can have or not."""
EXPLANATIONS = frozenset(
    {
        "cite-and-export.md",
        "definition-reference.md",
        "definitions.md",
        "method/accuracy.md",
        "method/index.md",
        "method/peak-memory.md",
        "method/training-memory.md",
    }
)
"""Hand-written pages to which generated pages link if the site has them."""
CALCULATOR = "calculate.md"
ASSETS = "assets/layerwise"
"""The folder of scripts and styles on the site, where nothing of another project is."""

_PARTS = {
    "networks/index.md": "catalogue",
    "networks/by-year.md": "catalogue",
    "networks/families.md": "catalogue",
    "compare.md": "compare",
    CALCULATOR: "calculator",
    "method/claims.md": "claims",
}
"""The parts of single pages."""
_FOLDERS = {"networks": "networks", "layers": "layers", "api": "data", "definitions": "data"}
"""The parts of all other generated files, by their folder."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of the reference that a site has, and where they are. Paths of pages are those below ``root``."""

    root: str = ""
    """The folder of all generated files below the docs, empty or with a slash at its end."""
    parts: frozenset[str] = frozenset(PAGES)
    directories: bool = True
    """True if each page is a folder, ``networks/vgg/``; otherwise it is a file, ``networks/vgg.html``."""
    explanations: frozenset[str] = EXPLANATIONS
    """Those that the site has."""
    title: str = "Layerwise"
    """The name of the site."""
    license: str = ""
    """The SPDX identifier of the license of its data, if it has one: ``CC-BY-4.0``."""
    design: bool = True
    """True if it has the design of the reference itself: its frame, its search, and what machines read on each page."""
    styles: bool = True
    """True if it has style sheets for tables and pictures."""
    twins: bool = True
    """True if each page has a Markdown twin."""
    robots: bool = True
    """True if it has ``robots.txt``."""
    rem: float = 1
    """The size of a rem of Material, in which style sheets are written, in those of the site's theme."""

    def has(self, target: str) -> bool:
        """Return True if there is a page or file at a path or an address on the web."""
        path = target.partition("#")[0]
        part = _PARTS.get(path) or _FOLDERS.get(path.partition("/")[0])
        if part is None:
            return "://" in target or path in self.explanations
        return part in self.parts

    def path(self, path: str) -> str:
        """The path of a generated file below the docs."""
        return self.root + path

    def url(self, path: str) -> str:
        """The address of a page below that of the generated files: ``networks/vgg.md`` → ``networks/vgg/``."""
        if not self.directories:
            return path.removesuffix(".md") + ".html"
        return f"{path.removesuffix('.md').removesuffix('index').rstrip('/')}/".removeprefix("/")

    def script(self) -> str:
        """The addresses that scripts make links with, as a JavaScript module: below that of the generated files."""
        help_page = "cite-and-export.md"
        values = {
            "COMPARE": self.url("compare.md"),
            "NETWORK": self.url("networks/*.md"),
            "HELP": self.url(help_page) if self.has(help_page) else "",
            "ROOT": "../" * self.root.count("/"),
        }
        constants = "".join(f"export const {name} = {json.dumps(value)};\n" for name, value in values.items())
        return f"// Generated from layerwise.site.layout; ROOT leads to the site's own address.\n{constants}"

    # --- links from a page, which is named by its path below the docs -----------------------------------------------

    def link(self, page: str, target: str, *, site: bool = True) -> str:
        """The link from a page to a place on a generated page; empty if the site does not have that page."""
        if not self.has(target):
            return ""
        target = target if "://" in target else self.root + target
        return addresses.link_to(page, target, site=site, directories=self.directories)

    def file(self, page: str, path: str) -> str:
        """The link from a page to a generated file."""
        return addresses.file_from(page, self.root + path, directories=self.directories)

    def resolved(self, page: str, target: str) -> str:
        """The link on the site for a target as a page names it."""
        return addresses.resolved(page, target, directories=self.directories)


REFERENCE = Layout()
"""The layout of the reference itself."""
