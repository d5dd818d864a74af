"""Where decoded images are kept, and what they depend on.

    runs/.store/images/<key>.images

The files themselves, what their decoding depends on, and the fixed transforms that they have gone
through. No setting of the pipeline that changes only what is made of them later is in the key, nor the seed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cifar_pipe.catalog.core.packages import packages_in
from cifar_pipe.data.image_files.jpegs import decoder
from cifar_pipe.data.image_files.parts import Part
from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.kept_images.image_file import SUFFIX

# Raised when the same file becomes other bytes.
_CODE = 1
_DECODERS = ("torch", "torchvision", "pillow")


@dataclass(frozen=True)
class Kept:
    """The file in which the images of a part of a data set are, or would be. `fingerprint` stands for the
    files of the whole data set.
    """

    folder: Path
    root: Path
    fingerprint: str

    def path(self, part: Part, reader: ImageReader) -> Path:
        return self.folder / f"{self._key(part, reader)}{SUFFIX}"

    def _key(self, part: Part, reader: ImageReader) -> str:
        # All at once: one by one, 60,000 names took longer than to verify their images.
        start = os.path.join(self.root, "")  # noqa: PTH118
        names = "\n".join(["", *part.files]).replace(f"\n{start}", "\n")
        whole = [
            _CODE,
            self.fingerprint,
            hashlib.sha256(os.fsencode(names)).hexdigest(),
            [reader.apply_exif_orientation, list(reader.background)],
            [one.plain() for one in part.transforms],
            packages_in(list(part.transforms)),
            [decoder() is not None, *_versions()],
        ]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:32]


def _versions() -> Iterator[str | None]:
    for package in _DECODERS:
        try:
            yield version(package)
        except PackageNotFoundError:
            yield None


def free_bytes(folder: Path) -> int:
    """Of the disk that it is on, or will be."""
    existing: Sequence[Path] = [one for one in (folder, *folder.parents) if one.is_dir()]
    return shutil.disk_usage(existing[0]).free
