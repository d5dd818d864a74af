from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.report.page import render
from cifar_pipe.report.run_folder import RunFolder
from cifar_pipe.report.sections.data import data_parts
from cifar_pipe.report.sections.evaluation import evaluation_parts
from cifar_pipe.report.sections.head import Ending, Figure, Warned, ending, figures, warnings
from cifar_pipe.report.sections.model import model_parts
from cifar_pipe.report.sections.training import training_parts


def figures_of(run_dir: Path) -> list[Figure]:
    folder = RunFolder(run_dir)
    parts = data_parts(folder), model_parts(folder), training_parts(folder)
    found = figures(folder, *parts, evaluation_parts(folder))
    return [
        Figure(one.value.replace("\u00a0", " "), one.label, one.note.replace("\u00a0", " "))
        for one in found
    ]


def test_figures_are_accuracy_loss_time_and_parameters(run_dir: Path) -> None:
    accuracy, loss, duration, parameters = figures_of(run_dir)
    assert accuracy == Figure(
        "57.4 %", "test accuracy", "5,738 of 10,000 right; guessing gives 10.0 %"
    )
    assert (loss.value, loss.label) == ("1.274", "test loss")
    assert duration == Figure("37 s", "training time", "all stages 42 s")
    assert parameters == Figure("62.0 k", "parameters", "652 k multiply-adds per image")


def test_a_stand_in_is_part_of_the_label(make_run: Callable[..., Path]) -> None:
    assert figures_of(make_run(stand_in=True))[0].label == "test accuracy on Shapes"


def test_what_changes_the_meaning_of_the_results_is_at_the_head(run_dir: Path) -> None:
    assert list(warnings(RunFolder(run_dir))) == []
    path = run_dir / "run.json"
    told = [{"stage": "train", "message": "the training has diverged"}]
    path.write_text(json.dumps({**json.loads(path.read_text()), "warnings": told}))
    assert list(warnings(RunFolder(run_dir))) == [Warned("train", "the training has diverged")]
    head, _, _ = render(run_dir).partition("</header>")
    assert "<strong>train:</strong> the training has diverged." in head


def test_what_helps_is_a_command_to_be_copied(run_dir: Path) -> None:
    path = run_dir / "run.json"
    told = {
        "stage": "train",
        "message": "val_loss still fell by 8 % in the last epoch",
        "help": "train longer: -S train.epochs=4",
        "overrides": ["train.epochs=4"],
    }
    path.write_text(json.dumps({**json.loads(path.read_text()), "warnings": [told]}))
    [warned] = warnings(RunFolder(run_dir))
    command = "cifar-pipe run pipelines/cifar10_lenet.yaml -S train.epochs=4"
    assert warned.command == command
    head, _, _ = render(run_dir).partition("</header>")
    assert "Train longer: -S train.epochs=4." in head
    assert f"<code>{command}</code>" in head


def test_what_several_stages_say_is_there_once(run_dir: Path) -> None:
    path = run_dir / "run.json"

    def told(stage: str, message: str, **more: str) -> dict[str, str]:
        return {"stage": stage, "message": message, **more}

    several = "80 images are few: accuracies can be off by up to 11 points"
    told_by_stages = [
        told("train", "unbalanced"),
        told("first", "80 images are few: between 5 and 20 %", of_several=several, help="more"),
        told("train_again", "unbalanced"),
        told("second", "80 images are few: between 70 and 90 %", of_several=several, help="more"),
        told("third", "80 images are few: between 8 and 25 %", of_several=several),
    ]
    path.write_text(json.dumps({**json.loads(path.read_text()), "warnings": told_by_stages}))
    assert list(warnings(RunFolder(run_dir))) == [
        Warned("train, train_again", "unbalanced"),
        Warned("first, second", several, "more"),
        Warned("third", "80 images are few: between 8 and 25 %"),
    ]


def test_what_helps_keeps_the_settings_of_the_run_but_those_that_it_replaces(run_dir: Path) -> None:
    path = run_dir / "run.json"
    own = [
        "load_data.dataset={type: ImageFolder, root: my images}",
        "stages.train.epochs=2",
        "seed=1",
    ]
    told = {"stage": "train", "message": "few images", "overrides": ["train.epochs=4"]}
    folds = {"stage": "evaluate", "message": "few images", "options": ["--folds 5"]}
    state = {**json.loads(path.read_text()), "overrides": own, "warnings": [told, folds]}
    path.write_text(json.dumps(state))
    first, second = warnings(RunFolder(run_dir))
    assert shlex.split(first.command)[3:] == ["-S", own[0], "-S", "seed=1", "-S", "train.epochs=4"]
    assert second.command.endswith("-S stages.train.epochs=2 -S seed=1 --folds 5")


def test_a_failure_has_the_run_with_what_helps(run_dir: Path) -> None:
    path = run_dir / "run.json"
    failed = {"status": "failed", "error": "the loss is NaN", "cures": ["train.optimizer.lr=0.001"]}
    path.write_text(json.dumps({**json.loads(path.read_text()), **failed}))
    command = "cifar-pipe run pipelines/cifar10_lenet.yaml -S train.optimizer.lr=0.001"
    assert ending(RunFolder(run_dir), None).command == command
    assert f"<code>{command}</code>" in render(run_dir)


def test_the_command_is_at_the_head(run_dir: Path) -> None:
    head, _, _ = render(run_dir).partition("</header>")
    assert "To run it again:" in head
    assert "<code>cifar-pipe run pipelines/cifar10_lenet.yaml" in head
    head, _, _ = render(run_dir, status="interrupted").partition("</header>")
    assert "To resume it:" in head
    assert "To run it again:" not in head


def test_a_stand_in_is_replaced_by_the_folder_of_the_data(make_run: Callable[..., Path]) -> None:
    head, _, _ = render(make_run(stand_in=True)).partition("</header>")
    assert "-S load_data.dataset.root=DIR</code>" in head


def test_an_empty_folder_has_no_figures(tmp_path: Path) -> None:
    assert figures_of(tmp_path) == []


@pytest.mark.parametrize(
    ("status", "word", "alarm"),
    [
        ("done", "done", None),
        ("running", "running", None),
        ("killed", "killed", "This run was killed."),
    ],
)
def test_the_given_status_overrides_that_of_run_json(
    run_dir: Path, status: str, word: str, alarm: str | None
) -> None:
    found = ending(RunFolder(run_dir), status)
    assert (found.word, found.alarm) == (word, alarm)


@pytest.mark.parametrize(
    ("stages", "reason"),
    [
        ({"train": {"status": "failed", "reason": "out of memory!"}}, "train: out of memory!"),
        ({"train": {"status": "failed"}}, "train: disk full."),
    ],
)
def test_the_reason_is_a_sentence_with_the_stage(
    tmp_path: Path, stages: object, reason: str
) -> None:
    run = {"status": "failed", "error": "disk full", "stages": stages}
    (tmp_path / "run.json").write_text(json.dumps(run))
    found = ending(RunFolder(tmp_path), None)
    assert found == Ending("failed", "This run failed.", f"It ended in the stage {reason}")


def test_a_failed_page_gives_the_advice_of_the_terminal(tmp_path: Path) -> None:
    run = {"status": "failed", "error": "no <data>", "help": ["set <root>", ""]}
    (tmp_path / "run.json").write_text(json.dumps(run))
    assert ending(RunFolder(tmp_path), None).help == ("set <root>",)
    page = render(tmp_path)
    assert page.index("no &lt;data&gt;.") < page.index("<li>set &lt;root&gt;</li>")


def test_without_a_stage_the_reason_is_the_error_of_the_run(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text('{"status": "failed", "error": "disk full"}')
    assert ending(RunFolder(tmp_path), None).reason == "disk full."
