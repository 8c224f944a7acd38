"""The calculation runs without MkDocs, click and libyaml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]

WITHOUT = """
import importlib, pkgutil, sys
from pathlib import Path

for name in ("mkdocs", "material", "markdown", "click", "wcwidth", "yaml._yaml", "yaml.cyaml", "_yaml"):
    sys.modules[name] = None

import yaml

assert not hasattr(yaml, "CBaseLoader")

import layerwise

optional = (
    "layerwise.plugin",
    "layerwise.extension",
    "layerwise.site",
    "layerwise.command",
    "layerwise.__main__",
    "layerwise.report.snippet",
)
for module in pkgutil.walk_packages(layerwise.__path__, "layerwise."):
    if not module.name.startswith(optional):
        importlib.import_module(module.name)

from layerwise.network.catalogue import Loader
from layerwise.core.errors import DefinitionError

_, (entry,) = Loader().file(Path("networks/lenet-5.yml"))
print(entry.network.parameters, entry.network.macs)
try:
    Loader().file(Path(sys.argv[1]))
except DefinitionError as error:
    print(error)
loaded = {name.partition(".")[0] for name, module in sys.modules.items() if module is not None}
print(sorted(loaded & {"mkdocs", "material", "markdown", "jinja2", "pygments", "bs4"}))
"""


def test_calculation_needs_neither_mkdocs_nor_libyaml(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("name: Bad\ninput: 8x8x3\nlayers: [{conv: 3x3x}]\n", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", WITHOUT, str(tmp_path / "bad.yml")],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )
    assert run.stderr == ""
    calculated, diagnostic, loaded = run.stdout.splitlines()
    # LeCun et al., 1998, with all channels of Conv2 connected: 61,706; 117,600 + 240,000 + 48,000 + 10,080 + 840
    assert calculated == "61706 416520"
    assert diagnostic.startswith(f"{tmp_path / 'bad.yml'}:3:17: conv: expected kernel height")
    assert loaded == "[]"
