"""The fingerprint of a data set changes with the files that loading reads, and with no others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.context import Context
from cifar_pipe.data.datasets.torchvision_sets import load_torchvision
from cifar_pipe.data.fingerprint import fingerprint
from cifar_pipe.stages.load_data.spec import LoadData

Spec = Callable[..., LoadData]
Change = Callable[[Path], object]
# Nanoseconds: what the clock of any file system tells apart.
SECOND = 10**9


@pytest.fixture
def of_folder(load_spec: Spec) -> Callable[..., str | None]:
    """The fingerprint of the images below a folder."""

    def made(root: Path | str, *, whole: bool = False, **arguments: float) -> str | None:
        return fingerprint(load_spec("ImageFolder", root=str(root), **arguments), whole=whole)

    return made


def touch(path: Path) -> None:
    """Sets the time of the last change to a second later."""
    changed = path.stat().st_mtime_ns
    os.utime(path, ns=(changed, changed + SECOND))


def rewrite(path: Path, content: bytes) -> None:
    """Changes the content, and leaves the time of the last change as it was."""
    changed = path.stat().st_mtime_ns
    path.write_bytes(content)
    os.utime(path, ns=(changed, changed))


def longer(path: Path) -> None:
    rewrite(path, path.read_bytes() + b"\0")


def other_byte(path: Path) -> None:
    content = path.read_bytes()
    rewrite(path, content[:-1] + bytes([content[-1] ^ 1]))


def add(path: Path, content: bytes = b"content") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def exchange(one: Path, other: Path) -> None:
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def rename_class(root: Path) -> None:
    for split in ("train", "test"):
        (root / split / "cat").rename(root / split / "bird")


FILE = "train/cat/00.png"
# What is done to the folder, and whether it can be seen without and with a look into the files.
SEEN: dict[str, tuple[Change, bool, bool]] = {
    "touched": (lambda root: touch(root / FILE), True, False),
    "touched in test": (lambda root: touch(root / "test/frog/03.png"), True, False),
    "longer": (lambda root: longer(root / FILE), True, True),
    "another byte": (lambda root: other_byte(root / FILE), False, True),
    "added": (lambda root: add(root / "train/cat/99.png"), True, True),
    "added below its class": (lambda root: add(root / "train/cat/more/00.png"), True, True),
    "another format added": (lambda root: add(root / "train/cat/99.JPG"), True, True),
    "removed": (lambda root: (root / FILE).unlink(), True, True),
    "renamed": (lambda root: (root / FILE).rename(root / "train/cat/99.png"), True, True),
    "moved to another class": (
        lambda root: (root / FILE).rename(root / "train/dog/99.png"),
        True,
        True,
    ),
    "moved to another split": (
        lambda root: (root / FILE).rename(root / "test/cat/99.png"),
        True,
        True,
    ),
    "a class renamed": (rename_class, True, True),
    "two files exchanged": (
        lambda root: exchange(root / FILE, root / "train/cat/01.png"),
        True,
        True,
    ),
    "a validation split added": (
        lambda root: shutil.copytree(root / "test", root / "val"),
        True,
        True,
    ),
}


@pytest.mark.parametrize("name", SEEN)
def test_a_changed_file_is_seen(
    name: str, image_folder: Path, of_folder: Callable[..., str]
) -> None:
    change, by_time, by_content = SEEN[name]
    # Of different times, as files that were not made at once have.
    for number, path in enumerate(sorted(image_folder.rglob("*.png"))):
        os.utime(path, ns=(0, number * SECOND))
    before = [of_folder(image_folder, whole=whole) for whole in (False, True)]
    change(image_folder)
    after = [of_folder(image_folder, whole=whole) for whole in (False, True)]
    assert None not in (*before, *after)
    assert [a != b for a, b in zip(before, after, strict=True)] == [by_time, by_content]


UNSEEN: dict[str, Change] = {
    "nothing": lambda root: None,
    "another data set beside it": lambda root: add(root.parent / "others/train/cat/00.png"),
    "a folder beside the splits": lambda root: add(root / "unlabelled/00.png"),
    "an image beside the classes": lambda root: add(root / "train/00.png"),
    "a file that is no image": lambda root: add(root / "train/cat/labels.csv"),
    "a hidden file": lambda root: add(root / "train/cat/.00.png"),
    "a hidden folder": lambda root: add(root / "train/cat/.git/00.png"),
    "the time of the folders": lambda root: [touch(root / one) for one in ("", "train", FILE[:9])],
    "the time of reading": lambda root: os.utime(
        root / FILE, ns=(5 * SECOND, (root / FILE).stat().st_mtime_ns)
    ),
    "who may read it": lambda root: (root / FILE).chmod(0o400),
    "an empty folder in a class": lambda root: (root / "train/cat/more").mkdir(),
    "a link back to the class": lambda root: (root / "train/cat/more").symlink_to(
        root / "train/cat"
    ),
}


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("name", UNSEEN)
def test_what_is_not_read_does_not_count(
    name: str, whole: bool, image_folder: Path, of_folder: Callable[..., str]
) -> None:
    before = of_folder(image_folder, whole=whole)
    UNSEEN[name](image_folder)
    assert before == of_folder(image_folder, whole=whole) is not None


@pytest.mark.parametrize("whole", [False, True])
def test_it_is_the_same_wherever_the_data_set_lies_and_however_its_root_is_written(
    whole: bool,
    image_folder: Path,
    of_folder: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = of_folder(image_folder, whole=whole)
    monkeypatch.chdir(image_folder.parent)
    for root in ("images", "./images/", "images/../images"):
        assert of_folder(root, whole=whole) == before
    moved = image_folder.parent / "somewhere" / "else"
    moved.parent.mkdir()
    image_folder.rename(moved)
    assert of_folder(moved, whole=whole) == before


@pytest.mark.parametrize("whole", [False, True])
def test_the_current_folder_may_be_the_root(
    whole: bool,
    image_folder: Path,
    of_folder: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = of_folder(image_folder, whole=whole)
    monkeypatch.chdir(image_folder)
    assert of_folder(".", whole=whole) == before


@pytest.mark.parametrize("whole", [False, True])
def test_a_class_that_is_renamed_in_the_current_folder_is_seen(
    whole: bool,
    image_folder: Path,
    of_folder: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(image_folder / "train")
    before = of_folder(".", whole=whole, test_split=0.25)
    Path("cat").rename("bat")
    assert before != of_folder(".", whole=whole, test_split=0.25)


def test_where_the_test_split_is_drawn_the_files_of_all_classes_count(
    image_folder: Path, of_folder: Callable[..., str]
) -> None:
    root = image_folder / "train"
    before = of_folder(root, test_split=0.25)
    touch(image_folder / "test" / "cat" / "00.png")
    assert of_folder(root, test_split=0.25) == before
    touch(root / "cat" / "00.png")
    assert None is not of_folder(root, test_split=0.25) != before


@pytest.mark.parametrize("whole", [False, True])
def test_of_a_link_the_file_counts_that_it_leads_to(
    whole: bool, image_folder: Path, of_folder: Callable[..., str]
) -> None:
    target = image_folder.parent / "elsewhere.bin"
    add(target)
    (image_folder / "train/cat/99.png").symlink_to(target)
    before = of_folder(image_folder, whole=whole)
    longer(target)
    assert None is not of_folder(image_folder, whole=whole) != before


@pytest.mark.parametrize("whole", [False, True])
def test_names_that_are_not_utf_8_are_told_apart(
    whole: bool, image_folder: Path, of_folder: Callable[..., str]
) -> None:
    # As Python has bytes that are not UTF-8.
    first, second = (
        image_folder / "train" / "cat" / f"caf{one}.png" for one in ("\udce9", "\udce8")
    )
    shutil.copyfile(image_folder / FILE, first)
    before = of_folder(image_folder, whole=whole)
    first.rename(second)
    assert None is not of_folder(image_folder, whole=whole) != before


def test_no_file_is_opened_unless_the_whole_is_asked_for(
    image_folder: Path, of_folder: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a file was opened")

    for name in ("builtins.open", "io.open", "pathlib.Path.open", "PIL.Image.open"):
        monkeypatch.setattr(name, refuse)
    found = of_folder(image_folder)
    monkeypatch.undo()
    assert found is not None


@pytest.mark.parametrize("whole", [False, True])
def test_no_image_is_decoded(
    whole: bool, image_folder: Path, of_folder: Callable[..., str]
) -> None:
    add(image_folder / "train" / "cat" / "99.png", b"this is no image")
    assert of_folder(image_folder, whole=whole) is not None


BROKEN: dict[str, Change] = {
    "no folder": shutil.rmtree,
    "a file in its place": lambda root: (shutil.rmtree(root), root.write_bytes(b"")),
    "no test split": lambda root: shutil.rmtree(root / "test"),
    "a class without a folder": lambda root: shutil.rmtree(root / "test" / "cat"),
    "a class without images": lambda root: [one.unlink() for one in (root / "test/cat").iterdir()],
    "a link to nothing": lambda root: (root / "train/cat/99.png").symlink_to("nothing"),
}


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("name", BROKEN)
def test_there_is_none_of_images_that_cannot_be_loaded(
    name: str, whole: bool, image_folder: Path, of_folder: Callable[..., str | None]
) -> None:
    BROKEN[name](image_folder)
    assert of_folder(image_folder, whole=whole) is None


@pytest.mark.parametrize("name", ["Shapes", "Random", "Digits"])
def test_of_generated_data_it_is_always_the_same(name: str, load_spec: Spec) -> None:
    made = load_spec(name), load_spec(name, stage={"batch_size": 8})
    found = {fingerprint(spec, whole=whole) for spec in made for whole in (False, True)}
    assert len(found) == 1
    assert None not in found


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(
    "arguments", [{}, {"download": True}, {"download": True, "stand_in": "Shapes"}]
)
def test_there_is_none_of_what_would_be_downloaded(
    arguments: dict[str, object], whole: bool, tmp_path: Path, load_spec: Spec
) -> None:
    spec = load_spec("CIFAR10", root=str(tmp_path), **arguments)
    assert fingerprint(spec, whole=whole) is None


@pytest.fixture
def unpacked(cifar10: Path, load_spec: Spec, context: Context) -> LoadData:
    """CIFAR-10 below `cifar10`, as it lies there after it was loaded."""
    spec = load_spec("CIFAR10", root=str(cifar10))
    load_torchvision(spec.dataset, context)
    return spec


# As SEEN has them.
SEEN_OF_CIFAR: dict[str, tuple[Change, bool, bool]] = {
    "touched": (lambda folder: touch(folder / "data_batch_1"), True, False),
    "touched, the names of the classes": (
        lambda folder: touch(folder / "batches.meta"),
        True,
        False,
    ),
    "longer": (lambda folder: longer(folder / "test_batch"), True, True),
    "another byte": (lambda folder: other_byte(folder / "test_batch"), False, True),
    "two files exchanged": (
        lambda folder: exchange(folder / "data_batch_1", folder / "test_batch"),
        True,
        True,
    ),
    "another set beside it": (
        lambda folder: add(folder.with_name("cifar-100-python") / "train"),
        False,
        False,
    ),
    "a file in its folder that is not of it": (
        lambda folder: add(folder / "readme.html"),
        False,
        False,
    ),
    "the time of the folder": (touch, False, False),
    "the archive that it came from": (
        lambda folder: (folder.parent / "cifar-10-python.tar.gz").unlink(),
        False,
        False,
    ),
}


@pytest.mark.parametrize("name", SEEN_OF_CIFAR)
def test_the_files_of_a_published_data_set_count_and_no_others(
    name: str, unpacked: LoadData, cifar10: Path
) -> None:
    change, by_time, by_content = SEEN_OF_CIFAR[name]
    before = [fingerprint(unpacked, whole=whole) for whole in (False, True)]
    change(cifar10 / "cifar-10-batches-py")
    after = [fingerprint(unpacked, whole=whole) for whole in (False, True)]
    assert None not in (*before, *after)
    assert [a != b for a, b in zip(before, after, strict=True)] == [by_time, by_content]


@pytest.mark.parametrize("whole", [False, True])
def test_a_published_data_set_of_which_a_file_is_missing_is_read_from_its_archive(
    whole: bool, unpacked: LoadData, cifar10: Path
) -> None:
    """It is unpacked again; without the archive it would be downloaded."""
    before = fingerprint(unpacked, whole=whole)
    (cifar10 / "cifar-10-batches-py" / "test_batch").unlink()
    packed = fingerprint(unpacked, whole=whole)
    assert None is not packed != before
    longer(cifar10 / "cifar-10-python.tar.gz")
    assert None is not fingerprint(unpacked, whole=whole) != packed
    (cifar10 / "cifar-10-python.tar.gz").unlink()
    assert fingerprint(unpacked, whole=whole) is None


def test_of_a_data_set_in_parts_only_the_one_that_is_read_counts(
    tmp_path: Path, load_spec: Spec
) -> None:
    raw = tmp_path / "EMNIST" / "raw"
    for part in ("letters", "digits"):
        for split in ("train", "test"):
            for kind in ("images-idx3", "labels-idx1"):
                add(raw / f"emnist-{part}-{split}-{kind}-ubyte")
    spec = load_spec("EMNIST", root=str(tmp_path), split="letters")
    before = fingerprint(spec)
    longer(raw / "emnist-digits-train-images-idx3-ubyte")
    assert fingerprint(spec) == before
    longer(raw / "emnist-letters-train-images-idx3-ubyte")
    assert None is not fingerprint(spec) != before


def test_a_table_stands_for_its_data_with_the_images_that_it_names(
    image_folder: Path, load_spec: Spec
) -> None:
    root = image_folder / "train"
    for name, images in (("a.csv", "0123"), ("b.csv", "4567")):
        rows = [f"{label}/0{number}.png,{label}" for number in images for label in ("cat", "dog")]
        (root / name).write_text("\n".join(["file,label", *rows]))

    def stands_for(file: str, test: str, *, whole: bool = False) -> str | None:
        arguments = {"file": str(root / file), "test_file": str(root / test)}
        return fingerprint(load_spec("ImageTable", **arguments), whole=whole)

    before, other_way = stands_for("a.csv", "b.csv"), stands_for("b.csv", "a.csv")
    assert None not in (before, other_way)
    assert before != other_way
    touch(root / "frog" / "00.png")
    assert stands_for("a.csv", "b.csv") == before
    touch(root / "cat" / "00.png")
    assert stands_for("a.csv", "b.csv") != before
    content = stands_for("a.csv", "b.csv", whole=True)
    text = (root / "a.csv").read_text()
    rewrite(root / "a.csv", text.replace("03.png,dog", "03.png,cat").encode())
    assert stands_for("a.csv", "b.csv", whole=True) != content
