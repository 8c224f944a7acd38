"""Rebuilds of ``mkdocs serve`` that write only what changed."""

from __future__ import annotations

import gc
import inspect
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.commands.build import build
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.livereload import LiveReloadServer
from mkdocs.theme import Theme

from layerwise.plugin.incremental import NO_WARNING, Incremental, StartOverError, settings

POLL_SECONDS = 0.2
"""Polling interval of definitions in seconds; MkDocs polls everything else every half second."""


def watch_definitions(server: LiveReloadServer, folder: str) -> None:
    """Watch the folder of definitions at shorter intervals."""
    usual = server.observer
    server.observer = type(usual)(timeout=POLL_SECONDS)
    server.watch(folder)
    server.observer.start()
    server.observer = usual


def replace_builder(
    server: LiveReloadServer, builder: Callable[..., None], incremental: Incremental, folders: tuple[Path, ...]
) -> None:
    """Let a server build incrementally.

    MkDocs builds with a function that knows how to read the configuration again; where it does not, that stays.
    """
    get_config: Callable[[], MkDocsConfig] | None = inspect.getclosurevars(builder).nonlocals.get("get_config")
    if get_config is None:
        return
    logging.getLogger("mkdocs.commands.build").addFilter(NO_WARNING)

    names: list[str] = []

    def configured() -> MkDocsConfig:
        config = get_config()
        config.site_url = server.url
        return config

    def rebuild(_: Any = None) -> None:
        config = configured()
        is_partial = incremental.start(settings(config, folders))
        if not is_partial:
            names.clear()
        _remember_templates(config.theme, names)
        try:
            build(config, serve_url=server.url, dirty=is_partial)
        except StartOverError:
            config = configured()
            incremental.start(settings(config, folders))
            build(config, serve_url=server.url, dirty=False)
        finally:
            del config
            gc.collect()  # takes 10 ms, as what the first build calculated is frozen

    gc.collect()
    gc.freeze()  # looking for garbage in the whole catalogue would take a tenth of a second each time
    server.builder = rebuild


def _remember_templates(theme: Theme, names: list[str]) -> None:
    """Let a theme list its 14,000 files once, instead of at each build; ``names`` are those that were listed."""
    get_env = theme.get_env

    def remembering() -> Environment:
        environment = get_env()
        list_templates = environment.list_templates

        def listed(**options: Any) -> list[str]:
            names[:] = names or list_templates(**options)
            return names

        environment.list_templates = listed  # type: ignore[method-assign,assignment]
        return environment

    theme.get_env = remembering  # type: ignore[method-assign]
