"""Templates, compiled once for all builds of a process."""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """The bytecode of templates; a template whose source changed is compiled again.

    MkDocs creates the environment of the theme again for each build. The settings of the environments must be equal,
    because the bytecode depends on them.
    """

    def __init__(self) -> None:
        self.code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load the bytecode of a template; the bucket refuses bytecode of another source."""
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the bytecode of a template."""
        self.code[bucket.key] = bucket.bytecode_to_string()
