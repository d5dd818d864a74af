from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.conftest import Done
from tests.doctor.planting import Planter, draw_images

Cli = Callable[..., Done]

PIPELINE = """\
version: 1
name: mine
stages:
  load_data: {dataset: {type: ImageFolder, root: images}, transforms: [ToTensor], batch_size: 8}
  build_model: {layers: [Flatten, {type: Linear, out_features: 3}]}
  train: {epochs: 1, loss: CrossEntropyLoss, optimizer: SGD}
"""


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """The pipeline is beside it."""
    (tmp_path / "mine.yaml").write_text(PIPELINE)
    return draw_images(tmp_path / "images", train=10, test=5)


def found(done: Done) -> dict[str, Any]:
    (data,) = json.loads(done.out)
    return {**data, "findings": {one["kind"]: one for one in data["findings"]}}


def test_a_folder_without_faults_ends_in_zero(cli: Cli, images: Path) -> None:
    done = cli("doctor", "images")
    assert (done.status, done.err) == (0, "")
    assert "nothing was found" in done.out


def test_leaks_end_in_one_and_warnings_do_not(cli: Cli, images: Path) -> None:
    shutil.copy(images / "train/cat/0001.jpg", images / "train/cat/again.jpg")
    assert cli("doctor", "images").status == 0
    shutil.copy(images / "train/cat/0001.jpg", images / "test/cat/again.jpg")
    done = cli("doctor", "images", "--format", "json")
    assert done.status == 1
    leak = found(done)["findings"]["leak"]
    assert leak["images"] == [{"name": "test/cat/again.jpg"}]
    assert {"message", "means", "help", "severity", "groups"} <= leak.keys()


def test_a_pipeline_is_examined_in_its_own_splits(cli: Cli, images: Path) -> None:
    """A copy in the folder that the test split is drawn from leaks, or not, as the seed says."""
    for number in range(10):
        shutil.copy(images / f"train/cat/{number:04}.jpg", images / f"train/cat/z{number}.jpg")
    done = cli(
        "doctor",
        "mine.yaml",
        *("-S", "load_data.dataset.root=images/train"),
        *("-S", "load_data.dataset.test_split=0.3", "--format", "json"),
    )
    leaks = found(done)["findings"]["leak"]["images"]
    assert done.status == 1
    assert 0 < len(leaks) < 10


def test_a_layout_that_loading_refuses_is_a_finding_beside_the_others(
    cli: Cli, images: Path
) -> None:
    shutil.rmtree(images / "test/frog")
    (images / "train/dog/0002.jpg").write_bytes(b"")
    done = cli("doctor", "mine.yaml", "--format", "json")
    made = found(done)["findings"]
    assert done.status == 1
    assert {"layout", "missing-class", "broken"} <= made.keys()
    assert "frog" in made["layout"]["message"]


def test_data_that_is_generated_is_examined_without_files(cli: Cli, images: Path) -> None:
    dataset = "load_data.dataset={type: Shapes, train: 30, test: 10}"
    done = cli("doctor", "mine.yaml", "-S", dataset, "--format", "json")
    assert (done.status, found(done)["data"]) == (0, "Shapes")
    assert found(done)["splits"]["train"]["images"] == 30


def test_a_run_has_its_accuracy_with_and_without_the_leaks(cli: Cli, images: Path) -> None:
    planter = Planter(images)
    for kind in ("leak", "leak", "near-leak"):
        from tests.doctor.planting import FAULTS

        for path in FAULTS[kind](planter, 0):
            planter.planted.add(kind, path)
    assert cli("run", "mine.yaml").status == 0
    done = cli("doctor", "mine", "--format", "json")
    accuracy = found(done)["accuracy"]
    assert done.status == 1
    assert (accuracy["images"], accuracy["leaked"]["images"]) == (18, 3)
    assert accuracy["without_leaks"]["images"] == 15
    text = cli("doctor", "mine").out
    assert "  without those that leaked: " in text


def test_what_is_none_of_these_is_wrong_usage(cli: Cli, images: Path) -> None:
    done = cli("doctor", "nothing")
    assert done.status == 2
    assert cli("doctor", "images", "-S", "seed=1").status == 2
    assert cli("doctor", "mine.yaml", "-S", "stages.load_data=null").status != 0
    assert cli("doctor", "mine.yaml", "-S", "load_data.dataset.root=gone").status == 3


def test_a_pipeline_with_errors_is_refused(cli: Cli, images: Path) -> None:
    done = cli("doctor", "mine.yaml", "-S", "load_data.dataset.type=Nonsense")
    assert done.status == 1
    assert "Nonsense" in done.err


def test_images_of_archives_and_tables_are_examined_too(cli: Cli, images: Path) -> None:
    """One image is in both splits, under two labels, and is a PNG by another name."""
    Image.open(images / "train/cat/0001.jpg").save(images / "train/cat/0001.jpg", "PNG")
    shutil.copy(images / "train/cat/0001.jpg", images / "test/dog/again.jpg")
    rows, archives = ["file,label,split"], {}
    for split in ("train", "test"):
        with tarfile.open(images / f"{split}-000000.tar", "w") as archives[split]:
            for path in sorted(images.glob(f"{split}/*/*.jpg")):
                rows.append(f"{path.relative_to(images)},{path.parent.name},{split}")
                content = {".jpg": path.read_bytes(), ".cls": path.parent.name.encode()}
                for suffix, of_file in content.items():
                    one = tarfile.TarInfo(f"{path.parent.name}{path.stem}{suffix}")
                    one.size = len(of_file)
                    archives[split].addfile(one, io.BytesIO(of_file))
    (images / "table.csv").write_text("\n".join(rows))
    (images.parent / "tars").mkdir()
    for archive in images.glob("*.tar"):
        archive.rename(images.parent / "tars" / archive.name)
    for dataset in (
        "{type: ImageTable, file: images/table.csv, split_column: split}",
        "{type: WebDataset, root: tars}",
    ):
        done = cli("doctor", "mine.yaml", "-S", f"load_data.dataset={dataset}", "--format", "json")
        made = found(done)["findings"]
        assert done.status == 1, done.err
        assert {kind: len(one["images"]) for kind, one in made.items()} == {
            "leak": 1,
            "conflict": 2,
            "suffix": 2,
        }
