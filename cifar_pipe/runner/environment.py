"""What a run ran on, for run.json: recorded, never part of a key."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import cifar_pipe


def environment() -> dict[str, Any]:
    return {
        "versions": versions(),
        "platform": platform.platform(),
        "processor": _processor(),
        "cpus": os.cpu_count(),
    }


@cache
def versions() -> dict[str, str]:
    found = {"cifar_pipe": cifar_pipe.__version__, "python": platform.python_version()}
    for package in ("torch", "torchvision", "numpy", "pillow", "pydantic"):
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def git_commit(folder: Path) -> str | None:
    """The commit of the repository that holds the pipeline's file, `-dirty` if changed.

    The repository may come from elsewhere, and its configuration may name programs: none of them is
    run. Where a comparison would need one, a filter, the end is `-not-compared`.
    """
    commit = _git(folder, "rev-parse", "HEAD")
    if commit is None or commit.returncode != 0:
        return None
    filters = _git(
        folder, "config", "--show-scope", "--get-regexp", r"^filter\..*\.(clean|process)$"
    )
    end = "-not-compared"
    if filters is not None and not filters.stderr and all(map(_is_the_users, _lines(filters))):
        settings = ("--quiet", "--no-ext-diff", "--no-textconv", "--ignore-submodules")
        changed = _git(folder, "diff", *settings, "HEAD", "--")
        end = {0: "", 1: "-dirty"}.get(changed.returncode, end) if changed else end
    return f"{commit.stdout.strip()}{end}"


def _lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    return done.stdout.splitlines()


def _is_the_users(setting: str) -> bool:
    """Of the machine or the person, and not of the repository."""
    return setting.startswith(("system\t", "global\t"))


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str] | None:
    try:
        return subprocess.run(  # noqa: S603 (the folder is the pipeline's)
            ["git", "-C", str(folder), "-c", "core.fsmonitor=false", *arguments],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
            # Nothing is fetched: that could run the programs of a remote.
            env=os.environ | {"GIT_ALLOW_PROTOCOL": "none", "GIT_NO_LAZY_FETCH": "1"},
        )
    except (OSError, subprocess.SubprocessError):
        return None


def command_line() -> str:
    """The command as the user gave it, without the path of the program."""
    return shlex.join(["cifar-pipe", *sys.argv[1:]])


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
