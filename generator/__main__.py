"""``python -m generator`` and the script ``layerwise``."""

from __future__ import annotations

import sys

from generator.command import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
