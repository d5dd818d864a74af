from __future__ import annotations

from pathlib import Path

import torch

from cifar_pipe.data.batches import Data
from cifar_pipe.data.store import Split
from cifar_pipe.report.kept_images import keep
from cifar_pipe.report.page import render
from cifar_pipe.report.run_folder import RunFolder, StageFolder
from cifar_pipe.report.sections.mistakes import mistakes_parts
from cifar_pipe.report.tables.answer_table import NAME, Answer, to_csv

CLASSES = ("<b>cat", "dog")


def add_answers(run: Path) -> None:
    """Of 40 images each third one is taken for the other class, the later ones with a higher loss."""
    rows = [
        Answer(i, CLASSES[i % 2], CLASSES[(i + (i % 3 == 0)) % 2], 0.5, i / 10, f"<i>{i}.png")
        for i in range(40)
    ]
    images = torch.zeros(40, 3, 8, 8, dtype=torch.uint8)
    data = Data({"test": Split("test", images, torch.arange(40) % 2)}, classes=CLASSES)
    folder = StageFolder("evaluate", run / "stages/evaluate", {})
    (folder.path / NAME).write_text(to_csv(rows))
    keep(rows, data, "test", folder, seed=1)


def test_the_mistakes_of_the_highest_loss_come_first(run_dir: Path) -> None:
    add_answers(run_dir)
    (part,) = mistakes_parts(RunFolder(run_dir))
    losses = [one.answer.loss for one in part.worst]
    assert losses == sorted(losses, reverse=True)
    assert not any(one.answer.is_right for one in part.worst)
    assert [(one.label, one.predicted, one.amount) for one in part.pairs] == [
        ("<b>cat", "dog", 7),
        ("dog", "<b>cat", 7),
    ]
    assert len(part.sample) == 20


def test_the_page_shows_them_and_escapes_names(run_dir: Path) -> None:
    add_answers(run_dir)
    page = render(run_dir)
    assert "Where it is wrong" in page
    assert "&lt;b&gt;cat taken for dog" in page
    assert "<b>cat" not in page
    assert "<i>0.png" not in page


def test_a_run_without_answers_has_no_such_section(run_dir: Path) -> None:
    assert "Where it is wrong" not in render(run_dir)
