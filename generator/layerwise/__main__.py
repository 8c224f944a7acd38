"""``python -m layerwise`` and the script ``layerwise``."""

from __future__ import annotations

import sys

from layerwise.command import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
