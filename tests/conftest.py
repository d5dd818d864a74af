"""Shared by all tests: small images on disk, and the command line in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


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
