"""The image files below a class folder, each folder once, and what is not read there."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from cifar_pipe.data.image_files.formats import left_out, suffixes
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.diagnostics.terminal_width import escaped
from cifar_pipe.errors import DataBroken

_CONVERT = "convert them to images, which end in .jpg, .png, .gif …"
# What Windows and macOS put beside pictures, and hide.
_HIDDEN = {"thumbs.db", "desktop.ini", "__macosx"}

_MOST_NAMED = 5


def identity(path: str | Path) -> int:
    """Of the device and the inode that the path leads to: the same for all links to one file or
    folder. Raises OSError where it leads to nothing.
    """
    status = os.stat(path)  # noqa: PTH116 - Path.stat takes longer
    return _identity(status.st_dev, status.st_ino)


def _identity(device: int, inode: int) -> int:
    return device << 64 | inode


def entries(folder: str | Path) -> list[os.DirEntry[str]]:
    """In order of their names, hidden ones left out. Raises DataBroken where it cannot be read."""
    try:
        with os.scandir(folder) as found:
            shown = [one for one in found if not is_hidden(one.name)]
    except OSError as error:
        raise DataBroken(f"{shown_name(folder)} cannot be read: {error.strerror}") from error
    return sorted(shown, key=lambda one: one.name)


def is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _HIDDEN


def is_image(name: str) -> bool:
    return name.lower().endswith(suffixes())


def shown_name(path: str | Path) -> str:
    r"""As text in one line that can be written everywhere: bytes that are not UTF-8, control characters
    and the like as `\xe9`.
    """
    return escaped(os.fsencode(path).decode("utf-8", "backslashreplace"))


class ImageSearch:
    """Finds images below folders. No folder is read twice, however many links lead to it.

    `folders` are those that are read anyway, and those above them: a link to one of them leads back.
    `identities` has one for the path of each image: of links to one file the same. `left_out` are the
    files that are not images, by the folder that was searched.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._read = {identity(folder): str(folder) for folder in folders}
        self.identities: dict[str, int] = {}
        self.left_out: dict[Path, list[str]] = {}
        self._again: list[tuple[str, str]] = []

    def below(self, folder: Path) -> list[str]:
        """The paths of the images, in order: those of folders within it too."""
        # Plain strings: as Path objects, 60,000 files took five times as long.
        others: list[str] = []
        found = sorted(self._walk(str(folder), identity(folder) >> 64, others))
        if others:
            self.left_out[folder] = others
        if not found:
            files = f", only {_counted(others)}" if others else ""
            help_ = _CONVERT if others else "put images into it"
            raise DataBroken(
                f"there are no images in {shown_name(folder)}{files}",
                help=f"{help_}, or remove the folder if it is not a class",
            )
        return found

    def _walk(self, folder: str, device: int, others: list[str]) -> Iterator[str]:
        for entry in entries(folder):
            if entry.is_dir():
                inside = identity(entry.path)
                if inside in self._read:
                    self._again.append((entry.path, self._read[inside]))
                    continue
                self._read[inside] = entry.path
                yield from self._walk(entry.path, inside >> 64, others)
            elif is_image(entry.name):
                self._remember(entry, device)
                yield entry.path
            else:
                others.append(entry.path)

    def _remember(self, entry: os.DirEntry[str], device: int) -> None:
        # A link to nothing has none: reading it says what is wrong.
        with contextlib.suppress(OSError):
            # Of all but links the inode is known without another look at the disk.
            one = identity(entry.path) if entry.is_symlink() else _identity(device, entry.inode())
            self.identities[entry.path] = one

    def problems(self) -> Iterator[Problem]:
        """What was left out, counted and named."""
        if self.left_out:
            total = sum(map(len, self.left_out.values()))
            files = "1 file is" if total == 1 else f"{total:,} files are"
            places = [f"{_counted(one)} in {shown_name(at)}" for at, one in self.left_out.items()]
            notes = [
                f"{shown_name(at)}: {some([shown_name(os.path.relpath(path, at)) for path in one], 3)}"
                for at, one in list(self.left_out.items())[:_MOST_NAMED]
            ]
            help_ = f"{_CONVERT}, or move them elsewhere"
            every = [path for one in self.left_out.values() for path in one]
            notes += dict.fromkeys(filter(None, (_what(path) for path in every)))
            message = f"{files} not read: {some(places)}"
            yield replace(not_read(message, help_), notes=tuple(notes))
        for link, folder in self._again:
            message = f"{shown_name(link)} leads to {shown_name(folder)}: no folder is read twice"
            yield not_read(message, f"remove {shown_name(link)}")


def not_read(message: str, help_: str | None = None) -> Problem:
    return Problem(message, ("root",), "not-read", help_)


def _what(path: str) -> str | None:
    """`.HEIC: photographs that Pillow does not read: convert them to JPEG`"""
    suffix = Path(path).suffix
    words = left_out(suffix)
    return words and f"{suffix} files are {words}"


def _counted(paths: Iterable[str]) -> str:
    """`8 .HEIC and 2 .gif`"""
    kinds = Counter(Path(path).suffix or "without a suffix" for path in paths)
    return " and ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
