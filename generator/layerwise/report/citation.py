"""Citations of papers and of the site, as text and as BibTeX.

Papers have the surnames of their authors alone, so entries have no given names. The year of a preprint on arXiv is that
of its number; keys are those of Google Scholar where its entry is the preprint's: ``he2015deep``.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

import layerwise
from layerwise.core.files import slugify
from layerwise.definition.metadata import Metadata, Paper
from layerwise.network.graph import Network
from layerwise.report import escaping
from layerwise.report.addresses import NETWORK_URL

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
NAME = "Layerwise"
TITLE = "a calculated reference for convolutional networks"


class Edition(NamedTuple):
    """An edition of the site: what its data and citations say about it."""

    address: str = ""
    """Its address, if that is known."""
    day: date | None = None
    """The day it was built, if that is known."""
    network_url: str = NETWORK_URL
    """The address of a network's page below that of the site."""
    name: str = NAME
    license: str = ""
    """The SPDX identifier of the license of its data, if it has one."""

    @property
    def title(self) -> str:
        """Its title in citations."""
        return f"{NAME}, {TITLE}" if self.name == NAME else self.name

    @property
    def key(self) -> str:
        """The key of its BibTeX entry."""
        return slugify(self.name) or "site"

    def page_of(self, network: Network) -> str:
        """The address of a network's page, absolute if that of the site is known."""
        page = self.network_url.format(network.slug)
        return f"{self.address.rstrip('/')}/{page}" if self.address else page


UNPUBLISHED = Edition()


def build_day() -> date:
    """The day of a build in UTC: that of ``SOURCE_DATE_EPOCH`` in the environment, else today.

    Source: https://reproducible-builds.org/specs/source-date-epoch/
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return (datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)).date()


def authors(cited: str) -> list[str]:
    """The names in a citation: ``He, Zhang, Ren & Sun`` → four names; the names after ``et al.`` are unknown."""
    return re.split(r", | & ", cited.removesuffix(" et al."))


# --- text -------------------------------------------------------------------------------------------------------------


def paper_text(metadata: Metadata, paper: Paper) -> str:
    """A paper as a reference in words, without its address."""
    year = _year(paper, metadata.year)
    venue = paper.venue or ""
    place = venue if year in venue else ", ".join(filter(None, (venue, year)))
    return " ".join(_sentence(part) for part in (paper.authors, paper.title, place) if part)


def page_text(title: str, edition: Edition) -> str:
    """A page as a reference in words, without its address."""
    return f"{edition.title}. “{title}”. {_version(edition)}."


def _version(edition: Edition) -> str:
    """The version of a page: that of its calculation, and the day."""
    version = f"Version {layerwise.__version__}" if edition.name == NAME else f"{NAME} {layerwise.__version__}"
    return f"{version}, {edition.day.isoformat()}" if edition.day else version


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


# --- BibTeX -----------------------------------------------------------------------------------------------------------

Fields = dict[str, str]

_ARXIV = re.compile(r"https?://arxiv\.org/(?:abs|pdf)/(([0-9]{2})[0-9]{2}\.[0-9]{4,5})(?:v[0-9]+)?(?:\.pdf)?")
_DOI = re.compile(r"https?://(?:dx\.)?doi\.org/(10\..+)")
_YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")
_VOLUME = re.compile(r"(.+?) ([0-9]{1,3})(?:\(([0-9]+)\))?")
_JOURNAL = re.compile(r"\b(Transactions|Letters|Journal|Magazine|TPAMI|TCSVT|TMLR|IJCV|JMLR)\b")
_NOT_REFEREED = re.compile(r"\b(arXiv|blog)\b", re.IGNORECASE)
_MINOR = {"a", "an", "and", "for", "in", "is", "of", "on", "the", "to", "with"}


def paper_key(paper: Paper, year: int | None) -> str:
    """The key of a paper: first author, year, first word of the title; ``year`` where the paper shows none."""
    words = [word for word in re.split(r"[^\w-]+", paper.title) if word and word.lower() not in _MINOR]
    name, colon, _ = paper.title.partition(":")
    if colon and len(name.split()) <= 3:  # the name of the network, of which "Swin Transformer V2" needs all words
        words = ["".join(name.split())]
    author = authors(paper.authors)[0].split()[-1] if paper.authors else ""
    key = "".join(map(_ascii, (author, _preprint_year(paper) or _year(paper, year), *words[:1])))
    return key or "paper"


def paper_bibtex(paper: Paper, year: int | None) -> str:
    """The entry of a paper, of the type that its venue shows."""
    kind, published = _venue(paper.venue or "")
    fields: Fields = {
        "author": " and ".join(_author(name) for name in authors(paper.authors)) if paper.authors else "",
        "title": _title(paper.title),
        **{name: escaping.latex(text) for name, text in published.items()},
        "year": _year(paper, year),
    }
    if paper.authors and paper.authors.endswith(" et al."):
        fields["author"] += " and others"
    return _entry(kind, paper_key(paper, year), fields | _identifiers(paper.url or ""))


class Citation(NamedTuple):
    """A citation of one subject, as text and as BibTeX."""

    subject: str
    text: str
    bibtex: str


def citations(network: Network, edition: Edition) -> list[Citation]:
    """The citations of a network: its paper if it has one, and its page."""
    metadata, result = network.variant.metadata, list[Citation]()
    if paper := metadata.paper:
        text = " ".join(filter(None, (paper_text(metadata, paper), paper.url)))
        result.append(Citation("The network", text, paper_bibtex(paper, metadata.year)))
    address = edition.page_of(network) if edition.address else ""
    text = " ".join(filter(None, (page_text(network.name, edition), address)))
    entry = page_bibtex(f"{edition.key}-{network.slug}", network.name, edition._replace(address=address))
    return [*result, Citation("This page", text, entry)]


def page_bibtex(key: str, title: str, edition: Edition) -> str:
    """The entry of a page of the site; of the site itself with an empty ``title``."""
    named = f"{edition.title}: {title}" if title else edition.title
    fields: Fields = {"author": f"{{{escaping.latex(edition.name)} contributors}}", "title": _title(named)}
    if edition.day:
        fields |= {"year": str(edition.day.year), "month": MONTHS[edition.day.month - 1]}
    if edition.address:
        fields["url"] = edition.address
    fields["note"] = _version(edition)
    return _entry("misc", key, fields)


def bibliography(cited: Iterable[Metadata], edition: Edition) -> str:
    """``networks.bib``: an entry for the site, then for each paper once."""
    entries = {edition.key: page_bibtex(edition.key, "", edition)}
    for metadata in cited:
        if metadata.paper:
            entries.setdefault(paper_key(metadata.paper, metadata.year), paper_bibtex(metadata.paper, metadata.year))
    return "\n".join(entries.values())


def _entry(kind: str, key: str, fields: Fields) -> str:
    bare = ("year", "month")
    lines = [
        f"  {name:<13} = {text if name in bare and text.isalnum() else f'{{{text}}}'},\n"
        for name, text in fields.items()
        if text
    ]
    return f"@{kind}{{{key},\n{''.join(lines)}}}\n"


def _venue(venue: str) -> tuple[str, Fields]:
    """The type of an entry and the fields of its venue: ``Nature 518``, ``CVPR 2016``, ``arXiv 2016``."""
    name = _YEAR.sub("", venue).strip(" ,")
    name = re.sub(r"\s+", " ", name)
    if not name or _NOT_REFEREED.search(name):
        return "misc", {"howpublished": "" if name.lower() == "arxiv" else name}
    if volume := _VOLUME.fullmatch(name):
        return "article", {"journal": volume[1], "volume": volume[2], "number": volume[3] or ""}
    if _JOURNAL.search(name) or not _YEAR.search(venue):
        return "article", {"journal": name}
    return "inproceedings", {"booktitle": name}


def _identifiers(url: str) -> Fields:
    arxiv, doi = _ARXIV.fullmatch(url), _DOI.fullmatch(url)
    if arxiv:
        return {"eprint": arxiv[1], "archiveprefix": "arXiv", "url": url}
    return {"doi": doi[1], "url": url} if doi else {"url": url}


def _preprint_year(paper: Paper) -> str:
    found = _ARXIV.fullmatch(paper.url or "")
    return f"20{found[2]}" if found else ""


def _year(paper: Paper, year: int | None) -> str:
    """The year of publication: the venue's, else that of the preprint, else the network's."""
    found = _YEAR.search(paper.venue or "")
    return found[0] if found else _preprint_year(paper) or str(year or "")


def _author(name: str) -> str:
    """A surname; braces keep BibTeX from reading words like ``and`` or commas in it."""
    text = escaping.latex(name)
    return text if re.fullmatch(r"[\w' -]+", name) and " and " not in name else f"{{{text}}}"


_WORD = re.compile(r"(.*?)([:,.?!]*)", re.DOTALL)
_CAPITALS = re.compile(r"\B[A-Z]|^[A-Z]-|[0-9].*[A-Z]")


def _title(title: str) -> str:
    """A title; braces keep the capitals of names such as ResNet and U-Net."""
    return "".join(map(_title_word, re.split(r"(\s+)", escaping.one_line(title))))


def _title_word(word: str) -> str:
    found = _WORD.fullmatch(word)
    if found is None or not _CAPITALS.search(found[1]):
        return escaping.latex(word)
    text = escaping.latex(found[1])
    kept = f"{{{text}}}" if text.startswith("\\") else text  # BibTeX changes the case of {\command text}
    return f"{{{kept}}}{escaping.latex(found[2])}"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text)
    return re.sub(r"[^a-z0-9]", "", plain.lower())
