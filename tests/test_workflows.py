"""What runs on the repository's host: with no more rights than it needs, and from versions that are said."""

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
def test_actions_are_the_hosts_own_by_major_version(name: str) -> None:
    for step in steps(load(name)):
        assert re.fullmatch(r"actions/[a-z-]+@v[0-9]+", step.get("uses", "actions/none@v0"))


@pytest.mark.parametrize("name", sorted(path.name for path in WORKFLOWS.iterdir()))
def test_only_the_deployment_may_write(name: str) -> None:
    workflow = load(name)
    assert "write" not in workflow["permissions"].values()
    writing = [job for job, content in workflow["jobs"].items() if "write" in content.get("permissions", {}).values()]
    assert writing == (["deploy"] if name == "pages.yml" else [])


def test_ci_runs_all_checks() -> None:
    workflow = load("ci.yml")
    assert [step["run"] for step in steps(workflow) if "run" in step] == [".ci/run"]
    assert workflow["jobs"]["checks"]["strategy"]["matrix"]["python"][0] == "3.11"


def test_pages_are_built_for_their_address() -> None:
    (build,) = (step for step in steps(load("pages.yml")) if "run" in step)
    assert build["run"].endswith("make site")
    assert build["env"]["SITE_URL"] == "${{ steps.pages.outputs.base_url }}/"
