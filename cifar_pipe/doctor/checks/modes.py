"""Images that are of another kind than most: grey among colours, 16 bits, transparent, animated, turned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from cifar_pipe.doctor.collection import Collection, Header
from cifar_pipe.doctor.finding import DataFinding, Kind
from cifar_pipe.doctor.words import images

MODE = Kind(
    "mode",
    "note",
    "all are read as RGB; where a mode goes with a class, the network learns the mode",
    "look whether they are of one class; if they are, convert all images to one mode",
)
DEPTH = Kind(
    "depth",
    "note",
    "they are scaled to 8 bits: what differs by less is lost",
    "if the range that matters is narrow, convert them yourself so that it fills 0 to 255",
)
TRANSPARENT = Kind(
    "transparent",
    "note",
    "what is under transparent pixels is replaced by the dataset's background, white by default",
    "set background of ImageFolder if another colour suits the other images better",
)
FRAMES = Kind(
    "frames",
    "note",
    "only the first frame or page is read",
    "save the frames that you want as images of their own",
)
ORIENTATION = Kind(
    "orientation",
    "note",
    "their EXIF orientation says that they are to be turned, which is done as they are read",
    "other programs may not turn them: save them upright if you use the files elsewhere",
)
KINDS = (MODE, DEPTH, TRANSPARENT, FRAMES, ORIENTATION)

_MODES = {
    "1": "black and white",
    "L": "grey",
    "LA": "grey with transparency",
    "P": "palette",
    "RGB": "RGB",
    "RGBA": "RGB with transparency",
    "CMYK": "CMYK",
    "YCbCr": "YCbCr",
    "LAB": "Lab",
    "I": "grey of 16 or 32 bits",
    "I;16": "grey of 16 bits",
    "I;16B": "grey of 16 bits",
    "F": "floats",
}

_FLAGS: tuple[tuple[Kind, str, Callable[[Header], bool]], ...] = (
    (DEPTH, "of more than 8 bits per channel", lambda one: one.bits > 8),
    (TRANSPARENT, "with transparency", lambda one: one.transparent),
    (FRAMES, "of several frames or pages", lambda one: one.several),
    (ORIENTATION, "to be turned", lambda one: one.turned),
)


def check(collection: Collection) -> Iterator[DataFinding]:
    headers = {index: header for index, _, header in collection.headers()}
    modes = Counter(one.mode for one in headers.values())
    if len(modes) > 1:
        ((usual, _),) = modes.most_common(1)
        others = [index for index, one in headers.items() if one.mode != usual]
        message = f"{images(len(others))} not {mode_words(usual)}, as the others are"
        remarks = [mode_words(headers[index].mode) for index in others]
        yield DataFinding(MODE, message, others, remarks=remarks)
    for kind, words, is_so in _FLAGS:
        if found := [index for index, one in headers.items() if is_so(one)]:
            yield DataFinding(kind, f"{images(len(found))} {words}", found)


def mode_words(mode: str) -> str:
    return _MODES.get(mode, mode)
