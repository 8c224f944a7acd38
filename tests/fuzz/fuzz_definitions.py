"""Coverage-guided fuzzing of reading and calculating definitions, with atheris.

``python -m tests.fuzz.fuzz_definitions [SECONDS] [CORPUS]`` starts from the definitions in ``networks/`` and runs for
ten minutes, or for the given time. It stops at an input that raises anything but a ``DefinitionError``, has diagnostics
outside of the file, or needs too much time or memory, and saves the input as ``crash-…``, ``timeout-…`` or ``oom-…``.
atheris (``pip install atheris``) is not a dependency of the tests.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["layerwise", "yaml"]):
    from layerwise.core.errors import DefinitionError
    from layerwise.definition.hints import KIND_WORDS, OPTION_WORDS
    from layerwise.definition.parsing import parse_bytes
    from layerwise.definition.words import RESERVED
    from layerwise.layers import KINDS, MERGES
    from layerwise.network.catalogue import calculate
    from tests.places import check_places

NETWORKS = Path(__file__).parents[2] / "networks"
SIGNS = (
    "$(",
    "$",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "x",
    "#",
    "&a",
    "*a",
    "<<: ",
    "!!",
    "|",
    ">",
    "---",
    "\n  ",
)
KEYS = (
    "name",
    "input",
    "year",
    "paper",
    "claims",
    "notes",
    "parameters",
    "let",
    "defaults",
    "blocks",
    "variants",
    "with",
)


def fuzz_one(content: bytes) -> None:
    """Read and calculate the content of a file."""
    try:
        calculate(parse_bytes(content, "fuzz.yml"), Path("fuzz.yml")).sound()
    except DefinitionError as error:
        check_places(error, content)


def words() -> set[str]:
    """Collect the words of the definition language."""
    options = {option for kind in (*KINDS.values(), *MERGES.values()) for option in kind.fields()}
    return {*SIGNS, *KEYS, *RESERVED, *options, *KIND_WORDS, *OPTION_WORDS}


def quoted(word: str) -> str:
    """Return a word in the format of libFuzzer's dictionaries."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"'


def main(seconds: str = "600", corpus: str = "") -> None:
    """Run libFuzzer, and save new inputs in the folder ``corpus`` if it is given."""
    with tempfile.TemporaryDirectory() as scratch:
        dictionary = Path(scratch, "words.dict")
        dictionary.write_text("\n".join(map(quoted, sorted(words()))) + "\n", encoding="utf-8")
        new_inputs = Path(corpus or Path(scratch, "corpus"))
        new_inputs.mkdir(exist_ok=True)
        limits = (f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=1500", "-max_len=12000")
        folders = (str(new_inputs), str(NETWORKS))
        atheris.Setup([sys.argv[0], f"-dict={dictionary}", "-print_final_stats=1", *limits, *folders], fuzz_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
