"""JSON-LD metadata in the vocabulary of schema.org, and robots.txt.

JSON-LD names things by their addresses. Where the site does not know its own address, pages have none.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from layerwise.definition import Paper
from layerwise.network.catalogue import Catalogue, Entry, Family
from layerwise.report.addresses import NETWORK_PAGE
from layerwise.report.citation import authors
from layerwise.report.data import export
from layerwise.report.sentences import FLOPS_PER_MAC
from layerwise.site.layout import REFERENCE, Layout

CONTEXT = "https://schema.org"
HOME, DATA = "index.md", "api.md"

Thing = dict[str, Any]
"""A thing in JSON-LD."""


@dataclass(frozen=True, slots=True)
class Site:
    """A site that knows its own address, which ends in a slash."""

    url: str
    name: str
    description: str
    layout: Layout = REFERENCE

    def at(self, path: str) -> str:
        """The address of a path on the site."""
        return f"{self.url}{path}"

    def file(self, path: str) -> str:
        """The address of a generated file."""
        return self.at(self.layout.root + path)

    def page(self, path: str) -> str:
        """The address of a generated page."""
        return self.file(self.layout.url(path))

    @property
    def license(self) -> Thing:
        """The license of the data, if it has one."""
        name = self.layout.license
        return {"license": f"https://spdx.org/licenses/{name}.html"} if name else {}

    @property
    def reference(self) -> Thing:
        """The reference to the site on all pages but the first."""
        return {"@id": self.at("#site")}


@dataclass(frozen=True, slots=True)
class About:
    """A page: its path below the docs, and what it is called, described and found by."""

    path: str
    title: str
    description: str
    url: str


class JsonLd:
    """The JSON-LD of the pages of a site."""

    def __init__(self, site: Site, catalogue: Catalogue) -> None:
        self.site = site
        self._families = {entry.file: family for family in catalogue.families for entry in family.entries}
        pages = {NETWORK_PAGE.format(entry.network.slug): entry for entry in catalogue.entries}
        self._entries = {site.layout.path(path): entry for path, entry in pages.items()}

    def json_ld(self, page: About) -> str:
        """The content of a page's ``<script type="application/ld+json">``."""
        graph = {"@context": CONTEXT, "@graph": self._things(page)}
        text = json.dumps(graph, ensure_ascii=False, separators=(",", ":"))
        return text.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")

    def _things(self, page: About) -> list[Thing]:
        site, entry = self.site, self._entries.get(page.path)
        if entry:
            path = _path(site, page, self._families.get(entry.file))
            article = _article(site, page) | _of_network(entry, page)
            return [article, _dataset_of(site, page, entry), path]
        if page.path == HOME:
            return [_website(site)]
        if page.path == DATA:
            return [_article(site, page), _dataset(site, page)]
        return [_article(site, page)]


def robots(site_url: str) -> str:
    """``robots.txt``: all may read everything; with the sitemap where the site's address is known."""
    everything = "User-agent: *\nAllow: /\n"
    return f"{everything}\nSitemap: {site_url}sitemap.xml\n" if site_url else everything


def _website(site: Site) -> Thing:
    """The site, whose search opens with the words after ``?q=``."""
    return {
        "@type": "WebSite",
        **site.reference,
        "url": site.url,
        "name": site.name,
        "description": site.description,
        "inLanguage": "en",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": site.at("?q={search_term_string}")},
            "query-input": "required name=search_term_string",
        },
    }


def _article(site: Site, page: About) -> Thing:
    return {
        "@type": "TechArticle",
        "@id": page.url,
        "url": page.url,
        "headline": page.title,
        "description": page.description,
        "inLanguage": "en",
        "isPartOf": site.reference,
        **site.license,
    }


def _of_network(entry: Entry, page: About) -> Thing:
    """The additional properties of a network's page: its subject, its data, and its paper."""
    network, said = entry.network, entry.network.variant.metadata
    about: Thing = {"@type": "Thing", "name": network.name}
    if said.aliases:
        about["alternateName"] = list(said.aliases)
    things: Thing = {"about": about, "mainEntity": {"@id": f"{page.url}#data"}}
    return things | ({"citation": _citation(said.paper, said.year)} if said.paper else {})


def _dataset_of(site: Site, page: About, entry: Entry) -> Thing:
    """The figures of a network as data."""
    network, address = entry.network, site.file(f"{export.ROOT}/networks/{entry.network.slug}")
    figures = {"parameters": network.parameters, "MACs": network.macs, "FLOPs": FLOPS_PER_MAC * network.macs}
    return {
        "@type": "Dataset",
        "@id": f"{page.url}#data",
        "url": page.url,
        "name": f"{network.name}: layers, shapes, parameters and MACs",
        "description": page.description,
        "isPartOf": {"@id": site.at("#data")},
        **site.license,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": site.name, "url": site.url},
        "variableMeasured": [
            {"@type": "PropertyValue", "name": name, "value": value} for name, value in figures.items()
        ],
        "distribution": [_file(f"{address}.json", "application/json"), _file(f"{address}.csv", "text/csv")],
    }


def _citation(paper: Paper, year: int | None) -> Thing:
    cited: Thing = {"@type": "ScholarlyArticle", "headline": paper.title, "name": paper.title}
    if paper.authors:
        cited["creditText"] = paper.authors
        cited["author"] = [{"@type": "Person", "name": name} for name in authors(paper.authors)]
    if paper.venue:
        cited["publication"] = {"@type": "PublicationEvent", "name": paper.venue}
    if year:
        cited["datePublished"] = str(year)
    if paper.url:
        cited["url"] = paper.url
    return cited


def _path(site: Site, page: About, family: Family | None) -> Thing:
    """The path to the page: through the catalogue and the family."""
    steps = [("Networks", site.page("networks/index.md"))]
    if family:
        steps.append((family.name, site.page(NETWORK_PAGE.format(family.slug))))
    steps.append((page.title, page.url))
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _dataset(site: Site, page: About) -> Thing:
    """The reference as data."""
    root = site.file(export.ROOT)
    return {
        "@type": "Dataset",
        "@id": site.at("#data"),
        "url": page.url,
        "name": f"{site.name}: convolutional networks, layer by layer",
        "description": f"{site.description} {page.description}",
        **site.license,
        "isAccessibleForFree": True,
        "creator": {"@type": "Organization", "name": site.name, "url": site.url},
        "variableMeasured": ["parameters", "parameter memory", "multiply-accumulates", "activations", "depth"],
        "distribution": [
            _file(f"{root}/networks.json", "application/json"),
            _file(f"{root}/networks.csv", "text/csv"),
        ],
    }


def _file(address: str, media_type: str) -> Thing:
    return {"@type": "DataDownload", "contentUrl": address, "encodingFormat": media_type}
