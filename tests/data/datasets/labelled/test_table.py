"""ImageTable: which rows become which images, and what is said of those that cannot."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cifar_pipe.data.batches import Data
from cifar_pipe.data.datasets.folder import find_splits
from cifar_pipe.data.datasets.image_set import ImageSet
from cifar_pipe.errors import CifarPipeError, DataBroken, DataUnavailable
from cifar_pipe.stages.load_data.spec import LoadData
from tests.data.conftest import picture

Spec = Callable[..., LoadData]
Found = Callable[..., ImageSet]


@pytest.fixture
def found(tmp_path: Path, load_spec: Spec) -> Found:
    """The images of a table with these rows, over eight pictures 0.png to 7.png."""
    for number in range(8):
        picture(tmp_path / "pictures" / f"{number}.png", (8, 8))

    def find(rows: str, name: str = "labels.csv", **arguments: object) -> ImageSet:
        path = tmp_path / "pictures" / name
        path.write_text(rows)
        return find_splits(load_spec("ImageTable", file=str(path), **arguments), seed=0)

    return find


def names(found: ImageSet, split: str) -> list[tuple[str, str]]:
    pairs = zip(found.files[split], found.labels[split], strict=True)
    return [(Path(path).name, found.classes[label]) for path, label in pairs]


ROWS = """\
file,label,split
3.png,dog,train
0.png,cat,train
1.png,cat,Validation
2.png,dog,val
4.png,dog,testing
5.png,cat,test
"""


def test_rows_are_images_of_their_split_by_class(found: Found) -> None:
    images = found(ROWS, split_column="split")
    assert images.classes == ("cat", "dog")
    assert names(images, "train") == [("0.png", "cat"), ("3.png", "dog")]
    assert names(images, "val") == [("1.png", "cat"), ("2.png", "dog")]
    assert names(images, "test") == [("5.png", "cat"), ("4.png", "dog")]
    assert not images.problems


def test_a_table_is_loaded_as_a_folder_is(
    found: Found, tmp_path: Path, load_spec: Spec, loaded: Callable[..., Data]
) -> None:
    found(ROWS, split_column="split")
    path = str(tmp_path / "pictures/labels.csv")
    data = loaded(load_spec("ImageTable", file=path, split_column="split"))
    assert data.splits["train"].images.shape == (2, 3, 8, 8)
    assert data.splits["train"].labels.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("labels.csv", "\ufefffile;label\n0.png;1\n1.png;10\n2.png;2\n3.png;10\n"),
        ("labels.tsv", "file\tlabel\n0.png\t1\n1.png\t10\n\n2.png\t2\n3.png\t10\n"),
        (
            "labels.jsonl",
            "".join(
                json.dumps({"file": f"{number}.png", "label": label}) + "\n"
                for number, label in enumerate([1, 10, "2", 10])
            ),
        ),
    ],
)
def test_the_formats_say_the_same_and_numbers_are_in_their_order(
    found: Found, name: str, rows: str
) -> None:
    images = found(rows, name, test_split=0.3)
    assert images.classes == ("1", "2", "10")
    assert sum(map(len, images.files.values())) == 4


def test_labels_say_the_order_of_the_classes(found: Found) -> None:
    images = found(ROWS, split_column="split", labels=["dog", "frog", "cat"])
    assert images.classes == ("dog", "frog", "cat")
    assert images.per_class["train"] == (1, 0, 1)


def test_paths_are_relative_to_the_root_with_the_suffix(found: Found, tmp_path: Path) -> None:
    picture(tmp_path / "other" / "deep" / "0.png")
    picture(tmp_path / "other" / "1.png")
    rows = f"file,label\ndeep/0,cat\n{tmp_path}/other/1,dog\n"
    images = found(rows, root=str(tmp_path / "other"), suffix=".png", test_split=0.5)
    assert {Path(path).name for path in images.files["train"] + images.files["test"]} == {
        "0.png",
        "1.png",
    }


def test_a_second_table_has_the_test_images(found: Found, tmp_path: Path) -> None:
    test = tmp_path / "pictures" / "test.csv"
    test.write_text("file,label\n6.png,dog\n7.png,cat\n")
    rows = "file,label,part\n0.png,cat,train\n1.png,dog,train\n2.png,dog,val\n"
    images = found(rows, split_column="part", test_file=str(test))
    assert names(images, "test") == [("7.png", "cat"), ("6.png", "dog")]
    assert names(images, "val") == [("2.png", "dog")]
    assert [Path(path).name for path in images.beside] == ["labels.csv", "test.csv"]


def refusal(found: Found, *given: str, **arguments: object) -> CifarPipeError:
    with pytest.raises((DataBroken, DataUnavailable)) as raised:
        found(*given, **arguments)
    return raised.value


def test_all_rows_that_cannot_be_used_are_named(found: Found) -> None:
    rows = f"{ROWS}9.png,cat,train\n,cat,train\n6.png,,train\n7.png,cat,holiday\n6.png,dig,train\n"
    error = refusal(found, rows, split_column="split", labels=["cat", "dog"])
    assert error.message == "5 rows of labels.csv cannot be used"
    assert error.notes == (
        "labels.csv:8 names 9.png, which is not there",
        "labels.csv:9 names no file",
        "labels.csv:10 has no label",
        "labels.csv:11 has the split 'holiday'",
        "labels.csv:12 has the label `dig`, which `labels` does not name",
    )
    assert "did you mean `dog`?" in error.help


@pytest.mark.parametrize(
    ("file", "help_"),
    [
        ("0", "write suffix: .png"),
        ("00.png", "did you mean 0.png?"),
        ("a\\0.png", "write paths with / between folders"),
        ("elsewhere", "files are looked for in"),
    ],
)
def test_a_missing_file_is_told_with_what_was_meant(found: Found, file: str, help_: str) -> None:
    rows = f"file,label\n{file},cat\n1.png,dog\n"
    error = refusal(found, rows, test_split=0.5)
    assert error.message.startswith("labels.csv:2 names ")
    assert error.message.endswith(", which is not there")
    assert error.help[0].startswith(help_)


def test_a_column_that_is_not_there_is_told_at_its_setting(found: Found) -> None:
    error = refusal(found, ROWS, label_column="lable", split_column="split")
    assert isinstance(error, DataBroken)
    assert error.message.endswith("labels.csv has no column `lable`, only file, label, split")
    assert error.help == ("write label_column: label",)
    assert error.setting == ("dataset", "label_column")


@pytest.mark.parametrize(
    ("rows", "name", "words"),
    [
        ("", "labels.csv", "labels.csv is empty"),
        ("", "labels.jsonl", "labels.jsonl is empty"),
        ("file,file,label\n", "labels.csv", "has two columns `file`"),
        ("file,label\n", "labels.csv", "there are no rows of labels.csv"),
        ("file,label\n0.png,cat\n", "labels.csv", "there is only one label, cat, in rows"),
        ('{"file": "0.png", "label": 1}\n{"fi', "labels.jsonl", "labels.jsonl:2 is not a line of"),
        (
            '{"file": "0.png", "label": 1}\n[1]',
            "labels.jsonl",
            "labels.jsonl:2 is not a JSON object",
        ),
        ("[" * 100_000, "labels.jsonl", "labels.jsonl:1 is not a line of JSON"),
        (f'file,label\n"{"x" * 200_000}",cat\n', "labels.csv", "cannot be read: field larger than"),
        (f"file,label\n0.png,{'x' * 300}\n", "labels.csv", "has a label of 300 characters"),
        ("file,label\n\0.png,cat\n1.png,dog\n", "labels.csv", ""),
    ],
)
def test_what_is_no_such_table_is_told(found: Found, rows: str, name: str, words: str) -> None:
    assert words in refusal(found, rows, name, test_split=0.5).message


def test_a_table_that_is_not_utf_8_is_told(found: Found, tmp_path: Path, load_spec: Spec) -> None:
    path = tmp_path / "latin.csv"
    path.write_bytes("file,label\nä.png,cat\n".encode("latin-1"))
    with pytest.raises(DataBroken, match=r"latin\.csv cannot be read: it is not UTF-8"):
        find_splits(load_spec("ImageTable", file=str(path), test_split=0.5), seed=0)


def test_a_table_that_is_not_there_is_told_with_one_that_is(
    found: Found, load_spec: Spec, tmp_path: Path
) -> None:
    found(ROWS, split_column="split")
    path = tmp_path / "pictures" / "label.csv"
    with pytest.raises(DataUnavailable, match="is not there") as raised:
        find_splits(load_spec("ImageTable", file=str(path), test_split=0.5), seed=0)
    assert raised.value.setting == ("dataset", "file")
    assert raised.value.help == (f"did you mean {path.with_name('labels.csv')}?",)


def test_without_test_images_what_to_write_is_told(found: Found) -> None:
    rows = "file,label,split\n0.png,cat,train\n1.png,dog,train\n"
    error = refusal(found, rows, split_column="split")
    assert (
        error.message == "there are no rows of labels.csv of the split test or val, only of train"
    )
    assert error.help[0].startswith("write test_split: 0.2 in place of split_column")


def test_repeated_rows_and_leaks_are_warnings(found: Found) -> None:
    rows = f"{ROWS}0.png,cat,train\n3.png,cat,train\n0.png,cat,test\n"
    problems = {one.code: one for one in found(rows, split_column="split").problems}
    assert problems.keys() == {"repeated", "leak"}
    assert problems["repeated"].message == "an image is named again, and counts twice"
    [note] = problems["repeated"].notes
    assert note.startswith("labels.csv:8 names ")
    assert note.endswith("0.png, as labels.csv:3 does")
    assert {one.path for one in problems.values()} == {("file",)}
