"""Links from one page of a site to another, or to a file; pages are named by their paths below the docs.

``directories`` is true if each page of the site is a folder, ``networks/vgg/``, or a file, ``networks/vgg.html``.
"""

from __future__ import annotations

import posixpath
from functools import lru_cache


def link_to(page: str, target: str, *, site: bool, directories: bool = True) -> str:
    """Return the link from a page to a place on another page; addresses on the web stay as they are.

    Outside of a site links lead to the Markdown files.
    """
    if "://" in target:
        return target
    target, hash_sign, anchor = target.partition("#")
    if not site:
        return _relative(target, posixpath.dirname(page)) + hash_sign + anchor
    if not directories:
        return f"{file_from(page, target.removesuffix('.md'), directories=False)}.html{hash_sign}{anchor}"
    return f"{_relative(_directory(target), _directory(page))}/{hash_sign}{anchor}"


def file_from(page: str, path: str, *, directories: bool = True) -> str:
    """Return the link from a page of a site to a file, by its path below the docs."""
    return _relative(path, _directory(page) if directories else posixpath.dirname(page))


def resolved(page: str, target: str, *, directories: bool = True) -> str:
    """Return the link on a site for a target as a page names it: an address, a page, a file or a place on the page."""
    if "://" in target or target.startswith("#"):
        return target
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
    if path.partition("#")[0].endswith(".md"):
        return link_to(page, path, site=True, directories=directories)
    return file_from(page, path, directories=directories)


@lru_cache(maxsize=8192)
def _relative(path: str, directory: str) -> str:
    return posixpath.relpath(path, directory or ".")


def _directory(page: str) -> str:
    """``networks/vgg.md`` → ``networks/vgg``, ``networks/index.md`` → ``networks``."""
    return page.removesuffix(".md").removesuffix("index").rstrip("/") or "."
