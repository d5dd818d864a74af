"""Shared by all tests: small images on disk, the command line in this process, findings."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from cifar_pipe.context import Context
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.syntax.nodes import MappingNode
from cifar_pipe.syntax.reader import read
from tests import kit

ROOT = Path(__file__).resolve().parent.parent

# Timings are not tested: a machine that is busy is not wrong.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_configure() -> None:
    # A second for each page: tests of charts switch them on.
    os.environ["CIFAR_PIPE_CHARTS"] = "off"
    if os.environ.get("UPDATE_GOLDEN") and "PYTEST_XDIST_WORKER" in os.environ:
        # Each case writes into its group's file: two processes would overwrite each other's.
        pytest.exit("UPDATE_GOLDEN works without -n alone")


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Done]:
    """Runs `cifar-pipe` with the arguments, in `tmp_path`, as the console script would."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("signal.signal", lambda *_: None)

    def run(*arguments: str) -> Done:
        from cifar_pipe.__main__ import main

        monkeypatch.setattr(sys, "argv", ["cifar-pipe", *arguments])
        capsys.readouterr()
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        captured = capsys.readouterr()
        return Done(status, captured.out, captured.err)

    return run


@pytest.fixture
def image_folder(tmp_path: Path) -> Path:
    """`images/train` and `images/test` with 3 classes of 32x32 PNGs, 8 and 4 each."""
    from PIL import Image

    root = tmp_path / "images"
    for split, count in (("train", 8), ("test", 4)):
        for number, name in enumerate(("cat", "dog", "frog")):
            folder = root / split / name
            folder.mkdir(parents=True)
            for index in range(count):
                colour = (80 * number, 10 * index, 255 - 80 * number)
                Image.new("RGB", (32, 32), colour).save(folder / f"{index:02}.png")
    return root


Reported = list[tuple[str, int, int, int]]


@pytest.fixture
def findings() -> Findings:
    return Findings()


@pytest.fixture
def reported(findings: Findings) -> Callable[[], Reported]:
    """What was found as (code, line, column, end_column), in order of place."""

    def collect() -> Reported:
        return [(f.code, f.span.line, f.span.column, f.span.end_column) for f in findings.sorted()]

    return collect


@pytest.fixture
def only(findings: Findings) -> Callable[[], Any]:
    """The one finding that there is."""

    def collect() -> Any:
        assert len(findings.errors) == 1, findings.errors
        return findings.errors[0]

    return collect


@pytest.fixture
def root_of() -> Callable[[str], MappingNode]:
    """The nodes of a text that is right."""

    def node(text: str) -> MappingNode:
        findings = Findings()
        root = read(text, "pipeline.yaml", findings)
        assert not findings.errors, findings.errors
        assert root is not None
        return root

    return node


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """These networks are tiny, and the machine may be busy."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def events() -> kit.RecordedEvents:
    return kit.RecordedEvents()


@pytest.fixture
def context(events: kit.RecordedEvents, tmp_path: Path) -> Context:
    """What a stage's code is given; its words are in `events`."""
    return kit.context(events, tmp_path)
