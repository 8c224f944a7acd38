"""Results of work that is not done again while a server runs."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Callable, Hashable, Sequence
from hashlib import blake2b
from typing import Generic, TypeVar

from layerwise.report.parallel import parallel_map

T = TypeVar("T")


class Results(Generic[T]):
    """The digests of results by key, and the results themselves, compressed, until they are released.

    All pages of a site are 60 MB of HTML, and 5 MB compressed. Equal results must have equal ``repr``.
    """

    def __init__(self) -> None:
        self._digests: dict[Hashable, bytes] = {}
        self._packed: dict[Hashable, bytes] = {}
        self._latest: tuple[Hashable, T] | None = None
        """The result that was asked for last, with its key: most are asked for several times in a row."""

    def update(self, work: Callable[[int], T], keys: Sequence[Hashable]) -> list[bytes]:
        """Return the digests of ``work(place)`` for each key at its place, and do the work of new keys only.

        Other keys are forgotten.
        """
        new = [place for place, key in enumerate(keys) if key not in self._digests]
        results = parallel_map(lambda place: _pack(work(place)), new)
        self._digests = {key: self._digests[key] for key in keys if key in self._digests}
        self._packed = {key: self._packed[key] for key in keys if key in self._packed}
        for place, (digest, packed) in zip(new, results, strict=True):
            self._digests[keys[place]], self._packed[keys[place]] = digest, packed
        return [self._digests[key] for key in keys]

    def get(self, key: Hashable, work: Callable[[], T]) -> T:
        """Return the result of a key; do the work again if it was released."""
        if self._latest is None or self._latest[0] != key:
            self._latest = key, self._unpacked(key) if key in self._packed else work()
        return self._latest[1]

    def _unpacked(self, key: Hashable) -> T:
        result: T = pickle.loads(zlib.decompress(self._packed[key]))  # noqa: S301 - packed below
        return result

    def release(self) -> None:
        """Drop the results, and keep their digests."""
        self._packed.clear()
        self._latest = None


def _pack(result: object) -> tuple[bytes, bytes]:
    """The digest of a result, and the result compressed."""
    return digest(result), zlib.compress(pickle.dumps(result), 1)


def digest(result: object) -> bytes:
    """The digest of a result."""
    return blake2b(repr(result).encode(errors="surrogatepass"), digest_size=16).digest()
