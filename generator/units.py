"""Numbers as the site prints them.

Bytes: 1 KB = 1024 bytes, 1 MB = 1024 KB. Counts: K, M, G, T are powers of 1000.
"""

from __future__ import annotations

BYTES_PER_PARAMETER = 4
"""fp32, the type in which published memory figures are given unless they say otherwise."""

KB = 1024
MB = 1024 * KB


def grouped(number: int) -> str:
    """``61706`` → ``61,706``."""
    return f"{number:,}"


def memory(size: int) -> str:
    """Bytes as ``241.039 KB`` below one MB, from there as ``237.9545 MB``."""
    return f"{size / KB:,.3f} KB" if size < MB else f"{size / MB:,.4f} MB"


def scaled(number: int) -> str:
    """A count with four significant digits or so: ``15.470 G``, ``568.7 M``, ``416.5 K``, ``850``."""
    if number < 1000:
        return str(number)
    for factor, letter, decimals in ((10**3, "K", 1), (10**6, "M", 1), (10**9, "G", 3)):
        if round(number / factor, decimals) < 1000:
            return f"{number / factor:.{decimals}f} {letter}"
    return f"{number / 10**12:.3f} T"


def share(part: int, whole: int) -> str:
    """A part of a whole in percent with one decimal: ``89.4 %``; empty where the whole is nothing."""
    return f"{100 * part / whole:.1f} %" if whole else ""
