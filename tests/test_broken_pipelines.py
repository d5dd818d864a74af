"""Every mistake in the main pipeline that we could think of, and the whole message it gives.

A case is an edit of tests/golden/base.yaml; tests/golden/commands/<case>.txt holds the command's
status and all it prints to stderr. UPDATE_GOLDEN=1 writes the messages anew: `git diff` is then the review.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cases.case import BASE

GOLDEN = Path(__file__).parent / "golden" / "commands"


@dataclass(frozen=True)
class Case:
    """`old` in the base becomes `new`; `arguments` follow the file on the command line."""

    name: str
    old: str = ""
    new: str = ""
    command: str = "validate"
    arguments: tuple[str, ...] = ()
    prepare: Callable[[Path], object] | None = field(default=None)


def _folder(root: Path) -> None:
    """images/ with one class folder of the test split missing."""
    from PIL import Image

    for folder in ("train/cat", "train/dog", "train/frog", "test/cat", "test/frog"):
        (root / "images" / folder).mkdir(parents=True)
        Image.new("RGB", (32, 32)).save(root / "images" / folder / "0.png")


def _broken_image(root: Path) -> None:
    _folder(root)
    (root / "images/test/dog").mkdir()
    shutil.copy(root / "images/test/cat/0.png", root / "images/test/dog/0.png")
    (root / "images/train/dog/1.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")


def _empty_class(root: Path) -> None:
    _folder(root)
    (root / "images/test/dog").mkdir()


def _file_in_its_place(root: Path) -> None:
    (root / "taken").write_text("a file\n")


DATASET = "{type: Shapes, train: 40, test: 20}"
FOLDER = "{type: ImageFolder, root: images}"

CASES = [
    # the text
    Case("tab", "    batch_size: 4", "\tbatch_size: 4"),
    Case("unclosed_bracket", "mean: [0.5, 0.5, 0.5], std", "mean: [0.5, 0.5, 0.5, std"),
    Case("duplicate_key", "    epochs: 1\n", "    epochs: 1\n    epochs: 2\n"),
    Case("tag", "batch_size: 4", "batch_size: !!python/name:os.system 4"),
    Case("not_a_number", "lr: 0.001", "lr: .nan"),
    # the top level
    Case("misspelt_top_level", "seed: 0", "sed: 0"),
    Case("later_version", "version: 1", "version: 2"),
    Case("missing_version", "version: 1\n", ""),
    Case("unknown_device", "{device: cpu}", "{device: gpu}"),
    Case("stage_at_top_level", "stages:\n", "evaluate: {}\nstages:\n"),
    # stages
    Case("misspelt_key", "log_every: 5", "log_evry: 5"),
    Case("misspelt_stage", "  evaluate: {", "  evalute: {"),
    Case("stage_id_with_dash", "  show_images: {", "  show-images: {type: show_images, "),
    Case("stage_before_its_need", "  load_data:\n", "  first: {type: evaluate}\n  load_data:\n"),
    Case("two_lengths", "    epochs: 1\n", "    epochs: 1\n    steps: 7\n"),
    Case("missing_path", "save: {path: cifar_net.pth}", "save: {}"),
    Case("no_validation_split", "    log_every: 5", "    monitor: val_accuracy"),
    Case("from_nowhere", "predict: {split", "predict: {from: {model: trian}, split"),
    # types and values
    Case("quoted_number", "batch_size: 4", 'batch_size: "4"'),
    Case("boolean_as_number", "count: 4}\n  build", "count: true}\n  build"),
    Case("negative_learning_rate", "lr: 0.001", "lr: -0.001"),
    Case("fraction_as_count", "kernel_size: 5, id: conv1", "kernel_size: 2.5, id: conv1"),
    Case("unknown_split", "predict: {split: test", "predict: {split: tset"),
    Case("several_at_once", "    epochs: 1\n    loss: CrossEntropyLoss", "    epoch: 1\n    loss: 3"),
    # components
    Case("unknown_layer", "      - ReLU\n      - {type: MaxP", "      - RELU6\n      - {type: MaxP"),
    Case("left_out_layer", "      - Flatten", "      - {type: LSTM, hidden_size: 10}"),
    Case("loss_as_layer", "      - Flatten", "      - CrossEntropyLoss"),
    Case("unknown_argument", "momentum: 0.9", "momentun: 0.9"),
    Case("missing_argument", "{type: Conv2d, out_channels: 6, kernel", "{type: Conv2d, kernel"),
    Case("component_without_type", "loss: CrossEntropyLoss", "loss: {reduction: mean}"),
    Case("unknown_metric", "[accuracy, per_class", "[acuracy, per_class"),
    Case("stand_in_of_a_folder", DATASET, "{type: ImageFolder, root: images, stand_in: Shapes}"),
    Case("stand_in_without_download", DATASET, "{type: CIFAR10, root: data, stand_in: Shapes}"),
    Case("stand_in_of_another_class_count", DATASET,
         "{type: CIFAR100, root: data, download: true, stand_in: {type: Shapes, num_classes: 10}}"),
    # the network
    Case("wrong_in_features", "{type: Linear, out_features: 120", "{type: Linear, in_features: 256, out_features: 120"),
    Case("no_flatten", "      - Flatten\n", ""),
    Case("kernel_too_large", "kernel_size: 5, id: conv2", "kernel_size: 15, id: conv2"),
    Case("wrong_class_count", "out_features: 10, id", "out_features: 12, id"),
    Case("layer_id_twice", "id: conv2", "id: conv1"),
    # transforms and data
    Case("normalize_first", "      - ToTensor\n", ""),
    Case("wrong_channels", "mean: [0.5, 0.5, 0.5]", "mean: [0.5, 0.5]"),
    Case("crop_too_large", "      - ToTensor\n", "      - {type: RandomCrop, size: 40}\n      - ToTensor\n"),
    Case("wrong_number_of_classes", "    batch_size: 4", "    classes: [circle, square]\n    batch_size: 4"),
    Case("missing_root", DATASET, FOLDER, command="run"),
    Case("missing_root_is_found_by_validate", DATASET, FOLDER, arguments=("--data",)),
    Case("missing_class_folder", DATASET, FOLDER, command="run", prepare=_folder),
    Case("empty_class_folder", DATASET, FOLDER, command="run", prepare=_empty_class),
    Case("image_cannot_be_decoded", DATASET, FOLDER, command="run", prepare=_broken_image,
         arguments=("-S", "build_model.layers.fc3.out_features=3", "--run-dir", "out")),
    # overrides and the command line
    Case("override_leads_nowhere", arguments=("-S", "trian.epochs=1")),
    Case("override_of_wrong_type", arguments=("-S", "train.optimizer.lr=fast")),
    Case("override_without_value", arguments=("-S", "train.epochs=")),
    Case("unwritable_run_directory", command="run", arguments=("--run-dir", "taken/run"), prepare=_file_in_its_place),
    Case("seeds_in_the_wrong_order", command="run", arguments=("--seeds", "3..1")),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_mistake_gives_this_message(
    case: Case, cli: Callable[..., object], tmp_path: Path
) -> None:
    assert not case.old or BASE.count(case.old) >= 1, "the edit does not apply"
    (tmp_path / "mine.yaml").write_text(BASE.replace(case.old, case.new, 1) if case.old else BASE)
    if case.prepare is not None:
        case.prepare(tmp_path)
    done = cli(case.command, "mine.yaml", *case.arguments)
    text = f"status {done.status}\n{done.err}".replace(str(tmp_path), "TMP")
    golden = GOLDEN / f"{case.name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()
    assert done.status in (1, 2, 3)
    assert "Traceback" not in text


def test_every_golden_message_has_its_case() -> None:
    assert {p.stem for p in GOLDEN.glob("*.txt")} == {case.name for case in CASES}


def test_the_base_itself_is_right(cli: Callable[..., object], tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(BASE)
    done = cli("validate", "mine.yaml")
    assert (done.status, done.out, done.err) == (0, "mine.yaml: ok\n", "")
