"""Tests that need PyTorch are collected only where it is installed."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("torchvision") else ["test_with_torch.py"]
