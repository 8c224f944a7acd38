"""Templates, compiled once for all builds of a process."""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """What templates were compiled to; one whose source has changed since is compiled anew.

    A server makes its environments anew for each build. They have to be alike: what is compiled depends on an
    environment's settings, so that each sort of them needs an object of its own.
    """

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is known of a template; the bucket refuses what is not of its source."""
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a template was compiled to."""
        self.code[bucket.key] = bucket.bytecode_to_string()
