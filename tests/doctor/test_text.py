from __future__ import annotations

import shutil
from pathlib import Path

from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.doctor.diagnose import diagnose
from cifar_pipe.doctor.examine import examine_files
from cifar_pipe.doctor.listing import list_folder
from cifar_pipe.doctor.table import KINDS
from cifar_pipe.doctor.text import lines
from tests.doctor.looked import WATCH
from tests.doctor.planting import Planter


def shown(root: Path, *, near: bool = True) -> list[str]:
    collection = examine_files(list_folder(root), ImageReader(), WATCH)
    return [*lines(diagnose(collection, WATCH, near=near))]


def test_no_line_is_wider_than_a_terminal(drawn: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(drawn, tmp_path / ("images" * 20)))
    for path in (root / "train/cat").iterdir():
        path.rename(path.with_stem(f"{path.stem}{'x' * 90}"))
    Planter(root).plant(1)
    made = shown(root)
    assert max(map(len, made[1:])) <= 80
    assert any(line.startswith("error     leak") for line in made)


def test_each_finding_has_its_images_its_meaning_and_its_mend(drawn: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(drawn, tmp_path / "images"))
    shutil.copy(root / "train/cat/0001.jpg", root / "test/cat/copy.jpg")
    text = "\n".join(shown(root))
    assert "  test   37 images: cat 13, dog 12, frog 12" in text
    assert (
        "error[leak]: 1 test image is in train too\n   test/cat/copy.jpg = train/cat/0001.jpg"
        in text
    )
    assert "   = the network is measured on images that it was trained on" in text
    assert "   = help: remove these from one of the two splits" in text


def test_a_folder_without_faults_is_told_so(drawn: Path) -> None:
    assert shown(drawn)[-1] == "  nothing was found"
    assert "not known: near-duplicates: they were not looked for" in shown(drawn, near=False)


def test_kinds_have_words_that_follow_a_colon() -> None:
    for kind in KINDS.values():
        for words in (kind.means, kind.mend):
            assert not words.endswith("."), kind.name
            assert words[0].islower() or words.startswith("cifar-pipe"), kind.name
