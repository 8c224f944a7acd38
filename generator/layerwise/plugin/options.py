"""The plugin's options in ``mkdocs.yml``, and what follows from them for a site."""

from __future__ import annotations

import posixpath
from pathlib import Path

from mkdocs.config import config_options
from mkdocs.config.base import Config, ValidationError
from mkdocs.config.defaults import MkDocsConfig

from layerwise.site.layout import EXPLANATIONS, PAGES, Layout

NEED_NETWORKS = {"catalogue", "compare", "claims"}
"""Pages that link to those of networks."""
REM = 20 / 16
"""A rem of Material in those of other themes: its root has a font size of 20 pixels."""
MATERIAL = ("material", "materialx")


class Pages(config_options.ListOfItems[str]):
    """The pages that a site has."""

    def __init__(self) -> None:
        super().__init__(config_options.Choice(PAGES), default=["networks", "catalogue"])

    def run_validation(self, value: object) -> list[str]:
        """Return the names of the pages. Raises ``ValidationError`` if one of them needs another."""
        pages = super().run_validation(value)
        if "networks" not in pages and (needing := NEED_NETWORKS.intersection(pages)):
            raise ValidationError(f"{min(needing)} links to the pages of networks; add networks")
        return pages


class Folder(config_options.Type[str]):
    """A folder below that of the docs; empty for that folder itself."""

    def __init__(self) -> None:
        super().__init__(str, default="")

    def run_validation(self, value: object) -> str:
        """Return the folder with a slash at its end. Raises ``ValidationError`` if it is outside of the docs."""
        path = super().run_validation(value)
        folder = posixpath.normpath(path.strip("/")) if path.strip("/") else "."
        if folder.startswith("..") or "\\" in folder:
            raise ValidationError(f"{path!r} is not below the folder of the docs; use a path such as reference/cnn")
        return "" if folder == "." else f"{folder}/"


class LayerwiseConfig(Config):
    """The plugin's options in ``mkdocs.yml``."""

    networks = config_options.Dir(exists=True, default="networks")
    """The folder of definitions."""
    path = Folder()
    """The folder of the generated pages below the docs."""
    pages = Pages()
    """The generated pages."""
    styles = config_options.Type(bool, default=True)
    """True adds the style sheets of tables and pictures."""
    design = config_options.Type(bool, default=False)
    """True gives the site the look and the search of the reference itself, which needs the theme Material."""
    twins = config_options.Type(bool, default=False)
    """True adds a Markdown file to each page, and ``llms.txt``."""
    robots = config_options.Type(bool, default=False)
    """True adds ``robots.txt``."""
    license = config_options.Type(str, default="")
    """The SPDX identifier of the license of the data."""


def layout_of(options: LayerwiseConfig, config: MkDocsConfig) -> Layout:
    """The layout of a site. Raises ``ValidationError`` if options contradict the configuration."""
    is_material = config.theme.name in MATERIAL
    if options.design and not is_material:
        raise ValidationError("design: true needs the theme material")
    docs = Path(config.docs_dir, options.path)
    return Layout(
        root=options.path,
        parts=frozenset(options.pages),
        directories=config.use_directory_urls,
        explanations=frozenset(page for page in EXPLANATIONS if (docs / page).is_file()),
        title=config.site_name,
        license=options.license,
        design=options.design,
        styles=options.styles,
        twins=options.twins,
        robots=options.robots,
        rem=1 if is_material else REM,
    )
