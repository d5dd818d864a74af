"""Where the images of files are: mapped from a file that is kept, in memory, or decoded for each batch."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from torch import Tensor

from cifar_pipe.context import Context
from cifar_pipe.data.image_files.decode import (
    BLOCK,
    ImageStore,
    first_usable,
    for_each_image,
    usable,
)
from cifar_pipe.data.image_files.memory import Memory
from cifar_pipe.data.image_files.parts import Part
from cifar_pipe.data.image_files.reader import ImageReader, without_warnings
from cifar_pipe.data.image_files.seen import Seen, SizesOfPart
from cifar_pipe.data.image_files.unusable import Unusable
from cifar_pipe.data.kept_images.digests import KeptDigests, PartHashing, alike
from cifar_pipe.data.kept_images.image_file import (
    Alike,
    DamagedImages,
    ImageFile,
    open_images,
    write_images,
)
from cifar_pipe.data.kept_images.kept import Kept, free_bytes
from cifar_pipe.data.kept_images.read_ahead import ReadAhead
from cifar_pipe.data.kept_images.streaming import streamed
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.stored_images import Images, Shape, mapped
from cifar_pipe.data.thread_pool import in_order
from cifar_pipe.data.transforms.per_image import together
from cifar_pipe.errors import OutputError
from cifar_pipe.profiling import timed_calls

_EARLY = (
    "begin the transforms with a Resize and a CenterCrop: they are applied as the images are read"
)
# Bytes that are decoded and not yet written, at most.
_AHEAD = 1 << 24
# What is left of a disk.
_SPARE = 1 << 28
# Of files that are decoded for each batch there is only what was seen of them.
_SEEN = ".seen.images"


class _Refused(Exception):  # noqa: N818
    """Some files cannot be used: nothing is kept."""


@dataclass(frozen=True)
class Loaded:
    """`ready` is whether the images have gone through the first transforms of their part; `ahead` asks for those
    that are mapped, and `digests` stand for those of each split.
    """

    images: Images
    ready: bool
    ahead: ReadAhead | None = None
    digests: Mapping[str, KeptDigests] = field(default_factory=dict)


@dataclass
class Loading:
    """Loads one part of a data set after the other. `unusable` and `reader` get what was found in files;
    `kept` is where decoded images are kept, if they are, and `names` gets the names of the files there.
    """

    settings: DataSettings
    context: Context
    reader: ImageReader
    kept: Kept | None
    unusable: list[Unusable] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    # Images and bytes, by where they are.
    _told: dict[str, tuple[int, int]] = field(default_factory=dict)

    def load(self, part: Part) -> Loaded | None:
        """None where some of the files cannot be used. Raises DataBroken for images that memory cannot
        hold.
        """
        return _OfPart(self, part).load()

    def told(self) -> Iterator[str]:
        """Where the images are, a line for each place."""
        for where, (count, size) in self._told.items():
            room = f" ({size / 1e6:,.0f} MB)" if size else ""
            yield f"{self.context.stage}: {count:,} images {where}{room}"

    def tell(self, where: str, count: int, size: int) -> None:
        images, before = self._told.get(where, (0, 0))
        self._told[where] = images + count, before + size

    @cached_property
    def memory(self) -> Memory:
        return Memory(_EARLY)


@dataclass
class _OfPart:
    whole: Loading
    part: Part

    def load(self) -> Loaded | None:
        loaded = self._loaded_anyhow()
        return None if loaded is None else replace(loaded, digests=self._digests)

    def _loaded_anyhow(self) -> Loaded | None:
        residency = self.whole.context.residency
        if residency == "stream":
            return self._streamed()
        file = self._opened(self._named(self._path)) or self._written()
        if self.whole.unusable:
            return None
        if file is None:
            return self._decoded()
        return self._from(file)

    @cached_property
    def _path(self) -> Path | None:
        """Where the images are kept."""
        kept = self.whole.kept
        return kept.path(self.part, self.whole.reader) if kept is not None else None

    @cached_property
    def _digests(self) -> Mapping[str, KeptDigests]:
        found = {name: KeptDigests.of(self._path, rows) for name, rows in self.part.rows.items()}
        for one in found.values():
            self._named(one.path)
        return found

    def _named(self, path: Path | None) -> Path | None:
        if path is not None:
            self.whole.names.append(path.name)
        return path

    @cached_property
    def _sizes(self) -> SizesOfPart:
        return SizesOfPart(self.whole.settings, self.part)

    @cached_property
    def _first(self) -> Tensor | None:
        return first_usable(self.part.files, self.whole.reader, self._sizes)

    @cached_property
    def _early(self) -> bool:
        """Whether images are kept as the first transforms have made them: those that these make larger
        go through them batch by batch.
        """
        first, prefix = self._first, self.part.prefix
        return prefix is not None and first is not None and prefix(first).numel() <= first.numel()

    @property
    def _bytes(self) -> int:
        """Of all images, if they are like the first one."""
        assert self._first is not None
        return len(self.part.files) * self._ready(self._first).numel()

    def _ready(self, image: Tensor) -> Tensor:
        return self.part.prefix(image) if self._early and self.part.prefix else image

    # Mapped.

    def _opened(self, path: Path | None) -> ImageFile | None:
        """The file of an earlier run, where it is whole and this pipeline can use its images."""
        events = self.whole.context.events
        try:
            file = open_images(path) if path is not None else None
        except FileNotFoundError:
            return None
        except (OSError, DamagedImages) as error:
            events.warn(f"{error}; the images are decoded again")
            return None
        if file is None:
            return None
        files, shapes = self.part.files, file.description.seen["shapes"]
        if any(self._sizes.refuses(tuple(shape), files[at]) for shape, at in shapes):
            return None
        return file

    def _from(self, file: ImageFile) -> Loaded:
        described = file.description
        images: Images
        ahead: ReadAhead | None
        images, ahead = mapped(file)
        if self.whole.context.residency in ("memory", "device"):
            count = described.count
            self.whole.memory.take(described.bytes, f"{count:,} images")
            images = (
                images.clone()
                if isinstance(images, Tensor)
                else [images[index].clone() for index in range(count)]
            )
            ahead = None
            self.whole.tell("in memory", count, described.bytes)
        elif self._is_new:
            where = f"decoded, and kept in {file.path.parent}"
            self.whole.tell(where, described.count, described.bytes)
        else:
            self.whole.tell(f"mapped from {file.path.parent}", described.count, described.bytes)
        return self._loaded(images, ahead, early=described.seen["early"])

    _is_new: bool = False

    def _written(self) -> ImageFile | None:
        """Decodes all files into one that is kept; None where that cannot be, or some cannot be used."""
        if (path := self._path) is None or self._first is None:
            return None
        events = self.whole.context.events
        if free_bytes(path.parent) < self._bytes + _SPARE:
            events.note(
                f"{self.whole.context.stage}: images are not kept: {path.parent} has no room"
            )
            return None
        seen = Seen(early=self._early)
        try:
            with closing(self._blocks(seen)) as blocks:
                write_images(path, blocks, seen.plain)
            self._is_new = True
            return open_images(path, verify=False)
        except _Refused:
            return None
        except (OutputError, OSError, DamagedImages) as error:
            reason = error.message if isinstance(error, OutputError) else error
            events.warn(f"{self.whole.context.stage}: images are not kept: {reason}")
            self._is_new = False
            return None

    def _blocks(self, seen: Seen) -> Generator[Alike, None, None]:
        """Raises _Refused, when all that cannot be used is known."""
        assert self._first is not None
        files, unusable = self.part.files, self.whole.unusable
        each = self._first.numel()
        size = max(1, min(BLOCK, _AHEAD // 16 // each))
        blocks = [range(at, min(at + size, len(files))) for at in range(0, len(files), size)]

        def read(block: range) -> tuple[list[Alike], list[Shape]]:
            shapes: list[Shape] = []
            made = []
            for _, image in usable(files, block, self.whole.reader, self._sizes, unusable):
                shapes.append(tuple(image.shape))
                made.append(self._ready(image))
            return list(alike(made)), shapes

        hashing = PartHashing(self.part.rows)
        with without_warnings():
            for images, shapes in in_order(
                timed_calls("decode", read),
                blocks,
                self.whole.context,
                label=f"decode {self.part.name}",
                total=len(files),
                ahead=max(2, _AHEAD // (size * each)),
                images_in=len,
            ):
                seen.add(shapes)
                if not unusable:
                    for one in images:
                        hashing.add(*one)
                    yield from images
        if unusable:
            raise _Refused
        found = dict(hashing.end())
        # Images of many sizes go through first transforms that make them larger when all are there.
        if self._early or self.part.prefix is None or not seen.varies:
            for name, digests in found.items():
                self._digests[name].keep(digests)

    # In memory.

    def _decoded(self) -> Loaded | None:
        context, files = self.whole.context, self.part.files
        if self._first is None:
            self._read_all(_ignore)
            return None
        auto = context.residency == "auto"
        if auto and not self.whole.memory.has_room(self._bytes):
            return self._streamed()
        self.whole.memory.take(self._bytes, f"{len(files):,} images")
        prefix = self.part.prefix if self._early else None
        store = ImageStore(len(files), self._first, self.whole.memory, prefix)
        self._read_all(store.put)
        if self.whole.unusable:
            return None
        self.whole.tell("in memory", len(files), self._bytes)
        return self._loaded(store.images, early=self._early)

    def _read_all(self, use: Any) -> None:
        self.whole.unusable += for_each_image(
            self.part.files,
            self.whole.reader,
            self._sizes,
            use,
            self.whole.context,
            label=f"decode {self.part.name}",
        )

    def _loaded(self, images: Images, ahead: ReadAhead | None = None, *, early: bool) -> Loaded:
        prefix = self.part.prefix
        if early or prefix is None or isinstance(images, Tensor):
            return Loaded(images, early, ahead)
        return Loaded(together([prefix(images[index]) for index in range(len(images))]), True)

    # Decoded for each batch.

    def _streamed(self) -> Loaded | None:
        """All files are looked at once, as one that cannot be used is told before anything is trained."""
        path = self._named(self._path.with_suffix(_SEEN) if self._path is not None else None)
        file = self._opened(path)
        found = file.description.seen if file is not None else self._looked_at(path)
        if found is None:
            return None
        images, ready = streamed(self.part, self.whole.reader, found)
        self.whole.tell("decoded for each batch", len(images), 0)
        return Loaded(images, ready)

    def _looked_at(self, path: Path | None) -> Mapping[str, Any] | None:
        if self._first is None:
            self._read_all(_ignore)
            return None
        seen = Seen(early=self._early)
        try:
            for _ in self._blocks(seen):
                pass
        except _Refused:
            return None
        if path is not None:
            try:
                write_images(path, (), seen.plain)
            except OutputError as error:
                stage = self.whole.context.stage
                self.whole.context.events.warn(
                    f"{stage}: what was seen is not kept: {error.message}"
                )
        return seen.plain()


def _ignore(_: int, __: Tensor) -> None:
    pass
