"""What leads from one page of a site to another, or to a file; pages are named by their paths below the docs."""

from __future__ import annotations

import posixpath


def link_to(page: str, target: str, *, site: bool) -> str:
    """What leads from a page to a place on another; addresses stay as they are.

    On a site each page is a directory; otherwise links lead to the files.
    """
    if "://" in target:
        return target
    target, hash_sign, anchor = target.partition("#")
    if not site:
        return posixpath.relpath(target, posixpath.dirname(page)) + hash_sign + anchor
    return f"{posixpath.relpath(_directory(target), _directory(page))}/{hash_sign}{anchor}"


def file_from(page: str, path: str) -> str:
    """What leads from a page of a site to a file, by its path below the docs."""
    return posixpath.relpath(path, _directory(page))


def resolved(page: str, target: str) -> str:
    """What a link that is written in a page leads to on a site, be it an address, a page, a file or a place here."""
    if "://" in target or target.startswith("#"):
        return target
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
    return link_to(page, path, site=True) if path.partition("#")[0].endswith(".md") else file_from(page, path)


def _directory(page: str) -> str:
    """``networks/vgg.md`` → ``networks/vgg``, ``networks/index.md`` → ``networks``."""
    return page.removesuffix(".md").removesuffix("index").rstrip("/") or "."
