"""The GitHub action: what it comments on a branch, and what it runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.projects import TINY
from tests.terminal import ROOT, environment

ACTION = ROOT / "action"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose branch changes one definition, adds one, removes one, and breaks one."""
    tmp_path = tmp_path / "repository"
    tmp_path.mkdir()
    networks = tmp_path / "networks"
    networks.mkdir()
    for name in ("changed", "removed", "broken", "renamed-layers"):
        (networks / f"{name}.yml").write_text(TINY.replace("Tiny", name))
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    commit(tmp_path)
    git(tmp_path, "switch", "--quiet", "--create", "branch")
    (networks / "changed.yml").write_text(TINY.replace("Tiny", "changed").replace("3x3x4", "3x3x8"))
    (networks / "removed.yml").unlink()
    (networks / "broken.yml").write_text("name: broken\n")
    (networks / "renamed-layers.yml").write_text(TINY.replace("{fc: 10}", "{fc: 10, name: Head}"))
    (networks / "new.yml").write_text(TINY.replace("Tiny", '"New `|`"'))
    (networks / "notes.txt").write_text("no definition\n")
    commit(tmp_path)
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "x")


def comment(folder: Path, base: str = "main") -> str:
    command = [sys.executable, str(ACTION / "changes.py"), base, "networks"]
    run = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, encoding="utf-8", check=True)
    return run.stdout


def test_changes_of_a_branch(repository: Path) -> None:
    text = comment(repository)
    assert text.startswith("<!-- layerwise -->\n")
    assert "<code>networks/removed.yml</code> is removed." in text
    assert "<code>networks/broken.yml</code> has errors." in text
    assert "renamed-layers" not in text  # names of layers are not compared
    assert "notes.txt" not in text
    # 3·3·3·4 + 4 + 6·6·4·10 + 10 = 1,562; 6·6·4·27 + 1,440 = 5,328 multiply-accumulates
    assert "| <code>New &#96;&#124;&#96;</code> | 1,562 | 5,328 | 2 |" in text
    listing = re.search(r"changed.yml</code> changes</summary>\n\n```diff\n(.*?)```", text, re.DOTALL)
    assert listing
    assert "6×6×8" in listing[1]
    assert "3,114" in listing[1]  # 3·3·3·8 + 8 + 6·6·8·10 + 10


def test_a_branch_without_changes(repository: Path) -> None:
    assert comment(repository, "HEAD") == "<!-- layerwise -->\n### Networks\n\nNo network changes.\n"


# --- the script that comments, with a program instead of GitHub's -----------------------------------------------------

GH = """#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$CALLS"
for argument; do case $argument in body=@*) cp "${argument#body=@}" "$CALLS.body";; esac; done
case "$*" in *--jq*) printf '%s' "$COMMENTS";; esac
"""
"""Writes down its arguments and the comment; answers with the identifiers of earlier comments."""


def run_script(folder: Path, base: str, comments: str = "", networks: str = "networks") -> tuple[list[str], str]:
    """Run the script on a branch; return the requests after the first one, and the body of the comment."""
    tools, calls = folder.with_name("tools"), folder.with_name("calls")
    tools.mkdir()
    (tools / "gh").write_text(GH)
    (tools / "gh").chmod(0o755)
    (tools / "python").symlink_to(sys.executable)
    variables = {"GITHUB_REPOSITORY": "o/r", "NUMBER": "7", "BASE": base, "NETWORKS": networks, "COMMENTS": comments}
    settings = environment(**variables, CALLS=str(calls), PATH=f"{tools}:/usr/bin:/bin", PYTHONHOME="")
    settings["PYTHONPATH"] += f":{Path(yaml.__file__).parents[1]}"
    done = subprocess.run(
        ["bash", str(ACTION / "comment.sh")],
        cwd=folder,
        env=settings,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, *others = calls.read_text().splitlines()
    assert first.startswith("api --paginate repos/o/r/issues/7/comments --jq .[] | select(.body | startswith(")
    body = calls.with_name("calls.body")
    return [re.sub(r"body=@\S+", "body=@…", call) for call in others], body.read_text() if body.exists() else ""


def test_changes_become_a_comment(repository: Path) -> None:
    requests, body = run_script(repository, "main")
    assert requests == ["api --silent repos/o/r/issues/7/comments --field body=@…"]
    assert body == comment(repository)


def test_a_later_run_replaces_the_comment(repository: Path) -> None:
    requests, body = run_script(repository, "HEAD", comments="41\n42\n")
    assert requests == ["api --silent --method PATCH repos/o/r/issues/comments/41 --field body=@…"]
    assert "No network changes." in body


def test_nothing_is_commented_if_nothing_changes(repository: Path) -> None:
    assert run_script(repository, "HEAD") == ([], "")


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def test_inputs_are_no_part_of_scripts() -> None:
    steps = load("action.yml")["runs"]["steps"]
    assert not [step["run"] for step in steps if "${{" in step.get("run", "")]
    for step in steps:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step.get("uses", "actions/x@" + 40 * "0"))


def test_hooks_run_commands() -> None:
    for hook in load(".pre-commit-hooks.yaml"):
        program, command = hook["entry"].split()
        help_text = subprocess.run(
            [sys.executable, "-m", program, command, "--help"],
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        assert "[FILE]..." in help_text
