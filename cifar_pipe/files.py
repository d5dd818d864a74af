"""Files that are whole or not there: a reader never finds half of one.

Temporary file beside the target, fsync, rename, fsync of the directory: SIGKILL at any moment
leaves the old file or the new one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import json
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from cifar_pipe import disk
from cifar_pipe.errors import OutputError

_OTHER_PLACE = "free some space, or choose another place with --run-dir"
# What a kill can leave behind; nothing ever reads it.
LEFT_OVER = ".*.tmp"


def write_with(
    path: Path,
    writer: Callable[[IO[bytes]], object],
    *,
    help: str = _OTHER_PLACE,  # noqa: A002
) -> None:
    """Gives `writer` a binary file; what it wrote is at `path` when this returns.

    Raises OutputError, with `help`, where the disk is full or the place cannot be written.
    """
    temporary = None
    try:
        _make_folders(path.parent)
        temporary = temporary_name(path)
        with io.BufferedRandom(_File(disk.create_file(temporary))) as file:
            writer(file)
            file.flush()
            disk.sync(file.fileno())
        disk.replace(temporary, path)
        temporary = None
        disk.sync_directory(path.parent)
    except OSError as error:
        raise cannot_write(path, error, help=help) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                disk.unlink(temporary)


def cannot_write(path: Path, error: OSError, *, help: str = _OTHER_PLACE) -> OutputError:  # noqa: A002
    return OutputError(f"cannot write {path}: {error.strerror or error}", help=help)


def write_bytes(path: Path, content: bytes) -> None:
    write_with(path, lambda file: file.write(content))


def write_text(path: Path, text: str) -> None:
    r"""As UTF-8; the bytes of a file name that are not (`\udce9` in text) are written as escapes."""
    write_bytes(path, text.encode(errors="backslashreplace"))


def write_json(path: Path, value: Any) -> None:
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def link_or_copy(source: Path, target: Path) -> None:
    """Puts a file that never changes at a second place. Raises OutputError."""
    try:
        _make_folders(target.parent)
        disk.link(source, target)
        disk.sync_directory(target.parent)
    except OSError:
        # Other disks, and file systems without links.
        try:
            content = source.read_bytes()
        except OSError as error:
            raise cannot_write(target, error) from error
        write_bytes(target, content)


def make_folder(path: Path) -> None:
    """With all above it; it may be there. Raises OutputError where it cannot be made."""
    try:
        _make_folders(path)
    except OSError as error:
        raise cannot_write(path, error) from error


def make_own_folder(folder: Path) -> None:
    """Raises OutputError where a link has this name: what it leads to is not the run's."""
    if folder.is_symlink():
        help_ = "remove the link, or choose another --run-dir"
        raise OutputError(f"{folder} is a link: the run would write elsewhere", help=help_)
    make_folder(folder)


def rename(path: Path, target: Path) -> None:
    """Within one folder; a file that is there already is replaced. Raises OutputError."""
    try:
        disk.replace(path, target)
        disk.sync_directory(target.parent)
    except OSError as error:
        raise cannot_write(target, error) from error


def remove(path: Path) -> None:
    """Deletes a file, or a link and not what it leads to; it may be gone. Raises OutputError."""
    try:
        with contextlib.suppress(FileNotFoundError):
            disk.unlink(path)
    except OSError as error:
        raise _cannot_delete(path, error) from error


def remove_tree(path: Path) -> None:
    """Deletes a folder with all in it, links and not what they lead to. Raises OutputError.

    It is renamed first: a kill in between leaves nothing that looks whole.
    """
    try:
        if stat.S_ISLNK(path.lstat().st_mode):
            disk.unlink(path)
            return
        gone = temporary_name(path)
        disk.replace(path, gone)
        _empty(gone)
        disk.remove_directory(gone)
        disk.sync_directory(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cannot_delete(path, error) from error


def remove_left_over(folder: Path) -> None:
    """Deletes what a killed process has left of unfinished files in a folder and those below it.

    Only for who alone writes there.
    """
    for path in sorted(folder.rglob(LEFT_OVER)):
        if path.is_dir() and not path.is_symlink():
            remove_tree(path)
        else:
            remove(path)


def file_digest(path: Path) -> str | None:
    """The sha256 of what is in the file; None where it cannot be read."""
    try:
        with path.expanduser().open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def temporary_name(path: Path) -> Path:
    """A free name beside `path`, for what is not whole yet, or no more."""
    # A part of the name: the longest name allowed would be too long with the rest.
    kept = path.name.encode(errors="surrogateescape")[:64].decode(errors="ignore")
    return path.with_name(f".{kept.removeprefix('.')}.{secrets.token_hex(6)}.tmp")


class LineFile:
    """A file that grows by whole lines; a kill leaves at most the last one unfinished."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle: int | None = None

    def append(self, line: str) -> None:
        """Raises OutputError where the disk is full; then the file ends as it did before."""
        try:
            if self._handle is None:
                self._handle = disk.open_to_append(self._path)
            before = os.fstat(self._handle).st_size
            try:
                write_all(self._handle, f"{line}\n".encode(errors="backslashreplace"))
            except OSError:
                with contextlib.suppress(OSError):
                    disk.truncate(self._handle, before)
                raise
        except OSError as error:
            raise cannot_write(self._path, error) from error

    def replace(self, lines: list[str]) -> None:
        """Has these lines alone."""
        self.close()
        write_text(self._path, "".join(f"{line}\n" for line in lines))

    def close(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def write_all(handle: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[disk.write(handle, left) :]


class _File(io.FileIO):
    """A file whose writing is disk's."""

    def __init__(self, handle: int) -> None:
        super().__init__(handle, "r+")

    def write(self, content: Any) -> int:
        return disk.write(self.fileno(), content)

    def truncate(self, size: int | None = None) -> int:
        size = self.tell() if size is None else size
        disk.truncate(self.fileno(), size)
        return size


def _make_folders(path: Path) -> None:
    missing = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        try:
            disk.make_directory(folder)
        except FileExistsError:
            # Another process was quicker; or it is a file.
            if not folder.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
        disk.sync_directory(folder.parent)


def _empty(folder: Path) -> None:
    for path, is_folder in list(_inside(folder)):
        if is_folder:
            _empty(path)
            disk.remove_directory(path)
        else:
            disk.unlink(path)


def _inside(folder: Path) -> Iterator[tuple[Path, bool]]:
    with os.scandir(folder) as entries:
        for one in entries:
            yield Path(one.path), one.is_dir(follow_symlinks=False)


def _cannot_delete(path: Path, error: OSError) -> OutputError:
    return OutputError(f"cannot delete {path}: {error.strerror or error}")
