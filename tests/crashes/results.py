"""What a run has left that must be the same however it came about: everything but times."""

from __future__ import annotations

import hashlib
import html
import json
import re
from itertools import zip_longest
from pathlib import Path
from typing import Any

_TIMES = ("seconds", "images_per_second")
# How the run went is told in these sections, and when.
_OF_THE_RUN = re.compile(r'<section id="(stages|environment)".*?</section>', re.DOTALL)
# Where the images are.
_FOLDER = re.compile(r"/\S+/cifar-pipe-\w+")
# Of a file that has times in it.
_SIZE = re.compile(r"\b[\d.,]+ (B|kB|MB|GB)\b")
_TIME = re.compile(r"([\d.,]+ (ms|s|min|h|images a second)\b ?)+")

# They name the run directory, or another run.
_COMMANDS = "cifar-pipe run", "To run it again: cifar-pipe run", "The run of this name before it"


def result_of(out: Path) -> dict[str, Any]:
    """By name: the weights, the metrics, the rows, the history, the page, and every file of a stage."""
    state = json.loads((out / "run.json").read_text())
    rows = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    files = sorted(path for path in out.rglob("*") if path.is_file())
    names = [path.relative_to(out).as_posix() for path in files]
    found: dict[str, Any] = {
        "status": state["status"],
        "metrics": state["metrics"],
        "data": state["data"],
        "rows": [_without_times(row) for row in rows],
        "page": _words(out / "report.html"),
        "weights": _digest(out / "net.pth"),
        # Which checkpoints are left depends on when it was killed.
        "files": [name for name in names if not name.startswith("checkpoints/")],
    }
    for name, path in zip(names, files, strict=True):
        if name.endswith("history.json"):
            found[name] = _without_times(json.loads(path.read_text()))
        elif name.startswith("stages/"):
            found[name] = _digest(path)
    return found


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
    return [f"{name} differs: {_first(one.get(name), other.get(name))}" for name in names]


def _first(one: Any, other: Any) -> str:
    """The first items that differ, of lists."""
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip_longest(one, other)
        one, other = next(pair for pair in pairs if pair[0] != pair[1])
    return f"{one} != {other}"


def _without_times(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _TIMES}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _words(page: Path) -> list[str]:
    text = page.read_text().partition("<body")[2].partition("<footer")[0]
    text = html.unescape(re.sub(r"<[^>]*>", " ", _OF_THE_RUN.sub("", text)))
    words = (" ".join(line.split()) for line in text.splitlines())
    words = (_FOLDER.sub("FOLDER", one) for one in words)
    words = (_SIZE.sub("SIZE", one) for one in words)
    return [_TIME.sub("TIME", one) for one in words if one and not one.startswith(_COMMANDS)]
