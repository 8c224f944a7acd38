"""The workflows on GitHub: minimal permissions, and actions pinned to commits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

WORKFLOWS = Path(__file__).parents[1] / ".github" / "workflows"


def load(name: str) -> dict[str, Any]:
    workflow: dict[str, Any] = yaml.safe_load((WORKFLOWS / name).read_text(encoding="utf-8"))
    return workflow


def steps(workflow: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("name", sorted(path.name for path in WORKFLOWS.iterdir()))
def test_actions_are_pinned_to_commits(name: str) -> None:
    # only GitHub's own actions; a tag could be moved to other code, a commit cannot
    used = [line for line in (WORKFLOWS / name).read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert len(used) == sum("uses" in step for step in steps(load(name))) > 0
    for line in used:
        assert re.search(r"uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)


@pytest.mark.parametrize("name", sorted(path.name for path in WORKFLOWS.iterdir()))
def test_only_deployments_may_write(name: str) -> None:
    workflow = load(name)
    assert "write" not in workflow["permissions"].values()
    writing = [job for job, content in workflow["jobs"].items() if "write" in content.get("permissions", {}).values()]
    assert writing == {"pages.yml": ["deploy"], "release.yml": ["publish"]}.get(name, [])


def test_ci_runs_all_checks() -> None:
    workflow = load("ci.yml")
    assert [step["run"] for step in steps(workflow) if "run" in step] == [
        ".ci/run",
        "make test",
        'python -m pip install --quiet --constraint constraints.txt --editable ".[test,torch]" torchvision',
        "python -m pytest tests/importing/test_with_torch.py",
    ]
    tested = [workflow["jobs"][job]["strategy"]["matrix"]["python"] for job in ("checks", "unit")]
    supported = re.findall(r"Python :: (3\.\d+)", (WORKFLOWS.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert sorted(tested[0] + tested[1]) == supported == ["3.11", "3.12", "3.13", "3.14"]


def test_pages_are_built_for_their_address() -> None:
    (build,) = (step for step in steps(load("pages.yml")) if "run" in step)
    assert build["run"].endswith("make site")
    assert build["env"]["SITE_URL"] == "${{ steps.pages.outputs.base_url }}/"


def test_a_release_is_tested_before_it_is_published() -> None:
    workflow = load("release.yml")
    (build,) = (step for step in workflow["jobs"]["build"]["steps"] if "run" in step)
    assert build["run"].startswith("make distribution ")
    assert workflow["jobs"]["publish"]["needs"] == "build"
    assert workflow["jobs"]["publish"]["permissions"] == {"id-token": "write"}
    assert "secrets." not in (WORKFLOWS / "release.yml").read_text(encoding="utf-8")
