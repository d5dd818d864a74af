"""Finished stages, kept for later runs: `runs/.store/<key>/`.

    entry.json       what the result depends on, when and where it was made, what it said; the digest of
                     each file beside it, and of itself
    files/…          what the stage wrote into its folder
    outputs/…        what it gave to other stages
    latest/<pipeline>/<stage>.json      in .store: what the stage depended on when it ran last
    trainings/<key>.json                in .store: where the checkpoints of an unfinished training are
    trainings/<key>-lengths.json        in .store: which finished trainings differ in their length alone
    images/<key>.images                 in .store: decoded images, which data/kept_images writes

An entry is made beside and renamed: it is whole or not there. What was damaged since is set aside.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cifar_pipe import disk
from cifar_pipe.errors import OutputError
from cifar_pipe.files import (
    cannot_write,
    file_digest,
    link_or_copy,
    remove,
    remove_tree,
    write_bytes,
    write_json,
)
from cifar_pipe.runner.store.keys import digest_of

FORMAT = 1
ENTRY = "entry.json"
FILES, OUTPUTS = "files", "outputs"
MODEL = f"{OUTPUTS}/model.pth"


class Damaged(Exception):  # noqa: N818
    """An entry, or one of its files, is not what was written; the message says which, and how."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished stage. `content` is what entry.json holds."""

    path: Path
    content: Mapping[str, Any]

    @property
    def key(self) -> str:
        return self.path.name

    def file_names(self, folder: str) -> Iterator[str]:
        """The names, with slashes, of its files below `folder`."""
        start = f"{folder}/"
        return (
            name.removeprefix(start) for name in self.content["files"] if name.startswith(start)
        )

    def has(self, output: str) -> bool:
        """Whether the output can be had from it, or only be made again."""
        if output == "model":
            return MODEL in self.content["files"]
        return self.content["outputs"][output].get("value") is not None

    def read(self, name: str) -> bytes:
        """The content of its file. Raises Damaged."""
        try:
            content = (self.path / name).read_bytes()
        except OSError as error:
            raise Damaged(f"{self.path / name} cannot be read: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != self.content["files"][name]:
            raise Damaged(f"{self.path / name} is not what was written")
        return content


class Store:
    """Several processes may use it at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, key: str) -> Entry | None:
        """Raises Damaged where the entry is there and entry.json is not what was written."""
        path = self.root / key
        try:
            text = (path / ENTRY).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Damaged(f"{path} cannot be read: {error.strerror}") from error
        try:
            content = json.loads(text)
            whole = content.pop("sha256") == digest_of(content) and content["format"] == FORMAT
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            whole = False
        if not whole:
            raise Damaged(f"{path / ENTRY} is not what was written")
        return Entry(path, content)

    def add(self, key: str, content: Mapping[str, Any], files: Mapping[str, bytes | Path]) -> None:
        """Keeps a stage; `files` by their names below the entry, with slashes: what is in them, or where
        they are, for those that never change. Raises OutputError.

        An entry that is there, perhaps of another process that was quicker, stays if it gave the
        same, and is replaced if not.
        """
        temporary = self.root / f".tmp-{key}-{secrets.token_hex(6)}"
        digests = {name: _digest(one) for name, one in files.items()}
        whole = {"format": FORMAT, **content, "files": digests}
        try:
            for name, one in files.items():
                if isinstance(one, Path):
                    link_or_copy(one, temporary / name)
                else:
                    write_bytes(temporary / name, one)
            write_json(temporary / ENTRY, {"sha256": digest_of(whole), **whole})
            if not self._gave_the_same(key, whole):
                remove_tree(self.root / key)
            try:
                disk.replace(temporary, self.root / key)
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise cannot_write(self.root / key, error) from error
            else:
                disk.sync_directory(self.root)
        except OSError as error:
            raise cannot_write(self.root / key, error) from error
        finally:
            with suppress(OutputError, OSError):
                remove_tree(temporary)

    def _gave_the_same(self, key: str, content: Mapping[str, Any]) -> bool:
        with suppress(Damaged):
            if entry := self.find(key):
                return _digests(entry.content) == _digests(content)
        return False

    def set_aside(self, key: str) -> Path:
        """Gives a damaged entry another name, so that it is not found again."""
        target = self.root / f"{key}-{secrets.token_hex(3)}.corrupt"
        with suppress(OSError):
            disk.replace(self.root / key, target)
        return target

    def latest(self, pipeline: str, stage: str) -> dict[str, Any] | None:
        """What the stage of this pipeline depended on when it last ran or was reused."""
        return _read(self._latest(pipeline, stage))

    def set_latest(self, pipeline: str, stage: str, described: Mapping[str, Any]) -> None:
        if self.latest(pipeline, stage) != described:
            write_json(self._latest(pipeline, stage), described)

    def checkpoints(self, key: str) -> Path | None:
        """The folder with the checkpoints of a training that has this key."""
        found = _read(self.root / "trainings" / f"{key}.json") or {}
        return Path(found["checkpoints"]) if isinstance(found.get("checkpoints"), str) else None

    def set_checkpoints(self, key: str, folder: Path) -> None:
        path = self.root / "trainings" / f"{key}.json"
        if self.checkpoints(key) != folder.absolute():
            write_json(path, {"checkpoints": os.fspath(folder.absolute())})

    def forget_checkpoints(self, key: str) -> None:
        remove(self.root / "trainings" / f"{key}.json")

    def lengths(self, alike: str) -> list[str]:
        """The keys of finished trainings that differ in their length alone."""
        found = _read(self.root / "trainings" / f"{alike}-lengths.json") or {}
        keys = found.get("keys", [])
        return [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []

    def set_length(self, alike: str, key: str) -> None:
        keys = self.lengths(alike)
        if key not in keys:
            path = self.root / "trainings" / f"{alike}-lengths.json"
            write_json(path, {"keys": [*keys, key]})

    def _latest(self, pipeline: str, stage: str) -> Path:
        return self.root / "latest" / pipeline / f"{stage}.json"


def _read(path: Path) -> dict[str, Any] | None:
    """The JSON object in the file; None where there is none: these files are only hints."""
    with suppress(OSError, ValueError, RecursionError):
        found = json.loads(path.read_bytes())
        return found if isinstance(found, dict) else None
    return None


def _digest(file: bytes | Path) -> str | None:
    return file_digest(file) if isinstance(file, Path) else hashlib.sha256(file).hexdigest()


def _digests(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one.get("digest") for name, one in content["outputs"].items()}
