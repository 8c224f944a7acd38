"""The Content-Security-Policy that the documentation gives, for each page with the digests of its inline scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from tests.static_server import QuietHandler
from tests.terminal import ROOT

DOCUMENTED = ROOT / "docs" / "content-security-policy.md"
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def policies() -> tuple[str, str]:
    """The policy of all pages and that of the calculator; ``HASHES`` stands for the digests."""
    general, calculator = re.findall(r"```text\n(.*?)```", DOCUMENTED.read_text(encoding="utf-8"), re.DOTALL)
    return " ".join(general.split()), " ".join(calculator.split())


def digests(page: str) -> str:
    """The digests of the inline scripts of a page, as a policy names them."""
    found = (hashlib.sha256(script.encode()).digest() for script in INLINE.findall(page))
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in found)


class PolicyHandler(QuietHandler):
    """Serves a site with the policy."""

    def end_headers(self) -> None:
        """Add the policy of the page."""
        page = Path(self.translate_path(self.path))
        page = page / "index.html" if page.is_dir() else page
        if page.suffix == ".html" and page.is_file():
            general, calculator = policies()
            policy = calculator if page.parent.name == "calculate" else general
            self.send_header("Content-Security-Policy", policy.replace("HASHES", digests(page.read_text("utf-8"))))
        super().end_headers()
