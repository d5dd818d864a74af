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
    """The commit of the repository that holds the pipeline's file, `-dirty` if changed."""
    try:
        described = subprocess.run(  # noqa: S603 (the folder is the pipeline's)
            ["git", "-C", str(folder), "describe", "--always", "--abbrev=40", "--dirty"],  # noqa: S607
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described.stdout.strip() or None


def command_line() -> str:
    """The command as the user gave it, without the path of the program."""
    return shlex.join(["cifar-pipe", *sys.argv[1:]])


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
