"""Any file is read, or has errors with places inside the file; nothing else is raised.

No file may take more than 2 seconds of the processor, or 100 MB.

``LAYERWISE_EXAMPLES=5000`` looks at more examples than the few of every run, and at other ones each time.
"""

from __future__ import annotations

import mmap
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layerwise.core.errors import DefinitionError
from layerwise.definition.metadata import FileMetadata
from layerwise.definition.metadata_reader import LAYER_KEYS
from layerwise.definition.parsing import parse_bytes
from layerwise.definition.words import RESERVED
from layerwise.layers import KINDS, MERGES
from layerwise.network.catalogue import calculate
from tests.conftest import NETWORKS
from tests.places import check_places

EXAMPLES = int(os.environ.get("LAYERWISE_EXAMPLES", "0"))
settings.register_profile(
    "definitions",
    max_examples=EXAMPLES or 60,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,  # which would be one of the clock, and the machine may be busy
    suppress_health_check=list(HealthCheck),
)
definitions = settings.get_profile("definitions")

OPTIONS = {option for kind in (*KINDS.values(), *MERGES.values()) for option in kind.fields()}
WORDS = sorted(
    {*RESERVED, *OPTIONS, *LAYER_KEYS, *FileMetadata.fields(), "with", "first", "in_channels", "index", "b", "w"}
)
VALUES = [
    *("3x3x4", "1x1x$w", "2x2", "8x8x3", "$w", "$(w + 1)", "$(w", "$w[0]", "1/2", "0:2", "same", "none", "", "60 M"),
    *(0, 1, 2, 3, -1, 10**15, 10**18, 0.5, True, False, None, 2015, "doi:10.1000/x", "https://example.org/"),
]
SIGNS = [*"${}[]'\"|#\n\t\0\u202e", "$(", ": ", "- ", "&a ", "*a", "!!x ", "\n  "]
FILES = sorted(NETWORKS.glob("*.yml"))

scalars = st.sampled_from([*VALUES, *WORDS]) | st.integers() | st.floats() | st.text(max_size=8)
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), inner),
    max_leaves=30,
)
layers = st.recursive(
    st.sampled_from(sorted(KINDS)) | st.dictionaries(st.sampled_from(WORDS), scalars, min_size=1, max_size=4),
    lambda inner: st.dictionaries(
        st.sampled_from(["add", "concat", "multiply", "stage", "output", "layers", "repeat", "as", "b"]),
        st.lists(inner, min_size=1, max_size=3) | scalars,
        min_size=1,
        max_size=3,
    ),
    max_leaves=12,
)


SECONDS, MEGABYTES = 2, 100


@contextmanager
def bounded() -> Iterator[None]:
    """Fail where more of the processor's time or of memory is taken than any file may, on top of what is taken now."""
    start, limits = time.process_time(), resource.getrlimit(resource.RLIMIT_DATA)
    if sys.platform == "linux":  # elsewhere the memory in use is unknown, or the limit has no effect
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
        most = pages * resource.getpagesize() + MEGABYTES * 2**20
        resource.setrlimit(resource.RLIMIT_DATA, (most, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, limits)
    assert time.process_time() - start < SECONDS


def read(content: bytes) -> None:
    """Read and calculate; the place of an error must be one that an editor can go to."""
    with bounded():
        calculated(content)


def calculated(content: bytes) -> None:
    try:
        calculate(parse_bytes(content, "any.yml"), Path("any.yml")).sound()
    except DefinitionError as error:
        check_places(error, content)


def written(tree: Any) -> bytes:
    return yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode(errors="surrogatepass")


@definitions
@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    read(content)


@definitions
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    read(text.encode(errors="surrogatepass"))


@definitions
@given(st.lists(st.sampled_from([*WORDS, *SIGNS, *map(str, VALUES)]), max_size=40))
def test_any_words(words: list[str]) -> None:
    read("".join(words).encode())


@definitions
@given(trees)
def test_any_tree(tree: Any) -> None:
    read(written(tree))


@definitions
@given(st.dictionaries(st.sampled_from(WORDS), trees, max_size=6))
def test_any_head(keys: dict[str, Any]) -> None:
    read(written({"name": "T", "input": "8x8x3", "layers": ["relu"]} | keys))


@definitions
@given(st.lists(layers, min_size=1, max_size=5), st.lists(layers, max_size=3))
def test_any_layers(network: list[Any], block: list[Any]) -> None:
    blocks = {"b": {"parameters": {"w": 2}, "layers": block or ["relu"]}}
    read(written({"name": "T", "input": "8x8x3", "let": {"w": 2}, "blocks": blocks, "layers": network}))


@definitions
@given(st.sampled_from(FILES), st.randoms(use_true_random=False), st.integers(1, 6))
def test_any_mutation_of_a_definition(file: Path, chance: random.Random, changes: int) -> None:
    text = file.read_text(encoding="utf-8")
    for _ in range(changes):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice([0, 0, 1, 3, 20]))
        put = chance.choice([*WORDS, *SIGNS, *map(str, VALUES), text[end : end + 30], ""])
        text = text[:start] + put + text[end:]
    read(text.encode())


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux only")
def test_the_bound_holds() -> None:
    def take() -> None:  # from the system, for what this process has freed before does not count
        mmap.mmap(-1, 2 * MEGABYTES * 2**20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS).close()

    with pytest.raises(OSError, match="allocate memory"), bounded():
        take()
    take()
