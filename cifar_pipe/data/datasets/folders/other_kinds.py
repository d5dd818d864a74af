"""Which datasets read what a folder holds, where one was named that does not."""

from __future__ import annotations

from pathlib import Path

from cifar_pipe.data.datasets.folders.image_search import entries, is_image, shown_name
from cifar_pipe.errors import DataBroken

# By the suffix of a file.
_READERS = {
    ".tar": "WebDataset reads tar archives",
    ".parquet": "Parquet reads files of Parquet",
    ".arrow": "HuggingFace reads the files of the library datasets",
}
_IMAGES = (
    "ImagePattern reads images whose names say their class, ImageTable those that a table names"
)
_FOLDERS = "ImageFolder reads images in folders of their classes"


def other_kinds(folder: Path) -> list[str]:
    """What to do, by the files in the folder and in those within it."""
    try:
        direct = [one.name for one in entries(folder) if not one.is_dir()]
        within = [one.name for path in _folders(folder) for one in entries(path)]
    except DataBroken:
        return []
    suffixes = {Path(name).suffix.lower() for name in (*direct, *within)}
    found = [words for suffix, words in _READERS.items() if suffix in suffixes]
    if any(map(is_image, direct)):
        found.append(_IMAGES)
    elif any(map(is_image, within)):
        found.append(_FOLDERS)
    return found


def no_pattern(path: Path) -> list[str]:
    """What to do about a path that is meant as a pattern: `shards/train-{000..007}.tar`."""
    if not set("*?[{") & set(path.name):
        return []
    return [f"a pattern is not taken: name the folder, {shown_name(path.parent)}"]


def _folders(folder: Path) -> list[str]:
    return [one.path for one in entries(folder) if one.is_dir()]
