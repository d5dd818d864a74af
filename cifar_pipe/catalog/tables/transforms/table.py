"""The transforms: torchvision's v2, by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cifar_pipe.catalog.core.entry import Entry, by_name, table
from cifar_pipe.catalog.images.data_facts import transform_facts
from cifar_pipe.catalog.tables.transforms.make import USUAL

_LEFT_OUT = {
    "is not a transform: `policy` of AutoAugment takes its names": "AutoAugmentPolicy",
    "works on bounding boxes or key points, and these are pictures with one label": """
        ClampBoundingBoxes ClampKeyPoints ConvertBoundingBoxFormat RandomIoUCrop
        SanitizeBoundingBoxes SanitizeKeyPoints SetClampingMode
    """,
    "transforms are a list already": "Compose",
    "deprecated: {type: ToDtype, dtype: float32, scale: true} does the same": "ConvertImageDtype",
    "makes several images of one": "FiveCrop TenCrop",
    "torchvision has deprecated its encoder, and is to remove it": "JPEG",
    "is not a transform: `interpolation` takes its names": "InterpolationMode",
    "takes a function, and a pipeline holds data only": "Lambda",
    "takes tensors as arguments": "LinearTransformation",
    "takes transforms as an argument; planned": "RandomApply RandomChoice RandomOrder",
    "gives each image another size: made for training detectors":
        "RandomResize RandomShortestSize RandomZoomOut ScaleJitter",
    "makes PIL images, and images are tensors here": "ToPILImage",
    "is the base class of the others": "Transform",
    "works on videos": "UniformTemporalSubsample",
    "is not a transform but a function for writing some":
        "check_type get_bounding_boxes get_keypoints has_all has_any query_chw query_size",
    "is a module of functions": "functional",
}  # fmt: skip


def _with_fills(entry: Entry) -> Entry:
    fills = tuple(key for key in ("fill", "value") if key in entry.args)
    return replace(entry, facts=replace(transform_facts(entry), fills=fills))


def _rows() -> Iterator[Entry]:
    """Each part is imported when no row above it has the name that is looked for."""
    from cifar_pipe.catalog.tables.transforms.colours import COLOURS, CONVERSIONS

    yield from CONVERSIONS
    from cifar_pipe.catalog.tables.transforms.geometry import GEOMETRY, SIZES

    yield from (*SIZES, *GEOMETRY, *COLOURS)
    from cifar_pipe.catalog.tables.transforms.policies import POLICIES

    yield from POLICIES
    from cifar_pipe.catalog.tables.transforms.mixing import MIXING

    yield from MIXING


TABLE = table(
    "transform",
    map(_with_fills, _rows()),
    by_name(_LEFT_OUT),
    usual=USUAL,
    source=("torchvision.transforms.v2",),
    arguments_left_out=lambda: {
        "inplace": "transforms never change what they are given",
        "num_classes": "the data says how many classes there are",
        "labels_getter": "a function; the labels are those of the batch",
    },
)
