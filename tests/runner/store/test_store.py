"""Finished stages on disk: whole or not there, and damage is found."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest

from cifar_pipe import disk
from cifar_pipe.errors import OutputError
from cifar_pipe.runner.store.store import Damaged, Store

CONTENT = {"stage": "train", "seconds": 1.5, "outputs": {"metrics": {"value": {"accuracy": 0.1}}}}
FILES = {"files/table.csv": b"a,b\n", "files/below/picture.png": b"\x89PNG", "outputs/m.pth": b""}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / ".store")


def read_all(store: Store) -> dict[str, bytes]:
    entry = store.find("k1")
    assert entry is not None
    return {name: entry.read(name) for name in FILES}


def test_what_is_added_is_found_again(store: Store) -> None:
    store.add("k1", CONTENT, FILES)
    entry = store.find("k1")
    assert entry is not None
    assert {name: entry.read(name) for name in FILES} == FILES
    assert sorted(entry.file_names("files")) == ["below/picture.png", "table.csv"]
    assert {name: entry.content[name] for name in CONTENT} == CONTENT
    assert store.find("k2") is None


def test_nothing_but_the_entry_is_left(store: Store) -> None:
    store.add("k1", CONTENT, FILES)
    assert [path.name for path in store.root.iterdir()] == ["k1"]
    assert not [*store.root.rglob("*.tmp")]


def test_of_two_processes_the_first_keeps_its_entry(store: Store) -> None:
    store.add("k1", CONTENT, FILES)
    store.add("k1", {**CONTENT, "stage": "other"}, {})
    entry = store.find("k1")
    assert entry is not None
    assert entry.content["stage"] == "train"
    assert [path.name for path in store.root.iterdir()] == ["k1"]


def test_a_result_that_gave_something_else_is_replaced(store: Store) -> None:
    store.add("k1", {**CONTENT, "outputs": {"data": {"digest": "a"}}}, FILES)
    store.add("k1", {**CONTENT, "outputs": {"data": {"digest": "b"}}}, {})
    entry = store.find("k1")
    assert entry is not None
    assert entry.content["outputs"]["data"]["digest"] == "b"
    assert [path.name for path in store.root.iterdir()] == ["k1"]


def test_a_disk_that_is_full_leaves_no_entry(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk, "write", full)
    with pytest.raises(OutputError, match="No space left on device"):
        store.add("k1", CONTENT, FILES)
    monkeypatch.undo()
    assert store.find("k1") is None
    assert [*store.root.iterdir()] == []


def test_every_flipped_bit_is_found(store: Store) -> None:
    store.add("k1", CONTENT, FILES)
    draw = random.Random(0)
    files = [path for path in (store.root / "k1").rglob("*") if path.is_file()]
    found = 0
    for _ in range(500):
        path = draw.choice(files)
        whole = path.read_bytes()
        if not whole:
            continue
        place = draw.randrange(8 * len(whole))
        flipped = bytearray(whole)
        flipped[place // 8] ^= 1 << place % 8
        path.write_bytes(flipped)
        with pytest.raises(Damaged, match="is not what was written"):
            read_all(store)
        path.write_bytes(whole)
        found += 1
    assert found > 300


@pytest.mark.parametrize("size", range(0, 200, 7))
def test_every_truncation_is_found(store: Store, size: int) -> None:
    store.add("k1", CONTENT, FILES)
    path = store.root / "k1/entry.json"
    os.truncate(path, size)
    with pytest.raises(Damaged):
        store.find("k1")


def test_a_file_that_is_gone_is_damage(store: Store) -> None:
    store.add("k1", CONTENT, FILES)
    (store.root / "k1/files/table.csv").unlink()
    entry = store.find("k1")
    assert entry is not None
    with pytest.raises(Damaged, match=r"table\.csv cannot be read"):
        entry.read("files/table.csv")


def test_what_is_damaged_is_set_aside(store: Store) -> None:
    store.add("k1", CONTENT, FILES)
    aside = store.set_aside("k1")
    assert store.find("k1") is None
    assert aside.name.endswith(".corrupt")
    assert (aside / "entry.json").exists()
    store.add("k1", CONTENT, FILES)
    assert store.find("k1") is not None


def test_what_a_stage_depended_on_last_is_remembered(store: Store) -> None:
    assert store.latest("lenet", "train") is None
    store.set_latest("lenet", "train", {"seed": 1})
    store.set_latest("lenet", "train", {"seed": 2})
    store.set_latest("other", "train", {"seed": 3})
    assert store.latest("lenet", "train") == {"seed": 2}


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"checkpoints": 1, "keys": 2}'])
def test_hints_that_cannot_be_read_are_none(store: Store, text: str) -> None:
    for name in ("latest/lenet/train", "trainings/k1", "trainings/k1-lengths"):
        path = store.root / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert not store.checkpoints("k1")
    assert not store.lengths("k1")
    assert not (store.latest("lenet", "train") or {}).get("seed")


def test_the_place_of_checkpoints_is_remembered_until_the_training_ends(
    store: Store, tmp_path: Path
) -> None:
    store.set_checkpoints("k1", tmp_path / "run/checkpoints/train")
    assert store.checkpoints("k1") == tmp_path / "run/checkpoints/train"
    store.forget_checkpoints("k1")
    assert store.checkpoints("k1") is None


def test_trainings_that_differ_in_length_alone_are_found(store: Store) -> None:
    for key in ("k1", "k2", "k1"):
        store.set_length("alike", key)
    assert store.lengths("alike") == ["k1", "k2"]


def test_an_entry_is_read_as_plain_json_by_others(store: Store) -> None:
    store.add("k1", CONTENT, FILES)
    assert json.loads((store.root / "k1/entry.json").read_text())["stage"] == "train"
