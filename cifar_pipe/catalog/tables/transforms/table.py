"""The transforms: torchvision's v2, by name."""

from __future__ import annotations

from dataclasses import replace

from cifar_pipe.catalog.core.entry import Entry, table
from cifar_pipe.catalog.images.data_facts import transform_facts
from cifar_pipe.catalog.tables.transforms.colours import COLOURS, CONVERSIONS
from cifar_pipe.catalog.tables.transforms.geometry import GEOMETRY, SIZES
from cifar_pipe.catalog.tables.transforms.make import USUAL
from cifar_pipe.catalog.tables.transforms.policies import POLICIES

_BOXES = "works on bounding boxes or key points, and these are pictures with one label"
_DETECTION = "gives each image another size: made for training detectors"
_LISTS = "takes transforms as an argument; planned"
_MANY = "makes several images of one"
_MIXES = "mixes whole batches, and their labels with them; planned"
_HELPER = "is not a transform but a function for writing some"


def _with_fills(entry: Entry) -> Entry:
    fills = tuple(key for key in ("fill", "value") if key in entry.args)
    return replace(entry, facts=replace(transform_facts(entry), fills=fills))


TABLE = table(
    "transform",
    map(_with_fills, [*CONVERSIONS, *SIZES, *GEOMETRY, *COLOURS, *POLICIES]),
    {
        "AutoAugmentPolicy": "is not a transform: `policy` of AutoAugment takes its names",
        "ClampBoundingBoxes": _BOXES,
        "ClampKeyPoints": _BOXES,
        "Compose": "transforms are a list already",
        "ConvertBoundingBoxFormat": _BOXES,
        "ConvertImageDtype": "deprecated: {type: ToDtype, dtype: float32, scale: true} does the same",
        "CutMix": _MIXES,
        "FiveCrop": _MANY,
        "JPEG": "torchvision has deprecated its encoder, and is to remove it",
        "InterpolationMode": "is not a transform: `interpolation` takes its names",
        "Lambda": "takes a function, and a pipeline holds data only",
        "LinearTransformation": "takes tensors as arguments",
        "MixUp": _MIXES,
        "RandomApply": _LISTS,
        "RandomChoice": _LISTS,
        "RandomIoUCrop": _BOXES,
        "RandomOrder": _LISTS,
        "RandomResize": _DETECTION,
        "RandomShortestSize": _DETECTION,
        "RandomZoomOut": _DETECTION,
        "SanitizeBoundingBoxes": _BOXES,
        "SanitizeKeyPoints": _BOXES,
        "ScaleJitter": _DETECTION,
        "SetClampingMode": _BOXES,
        "TenCrop": _MANY,
        "ToPILImage": "makes PIL images, and images are tensors here",
        "Transform": "is the base class of the others",
        "UniformTemporalSubsample": "works on videos",
        "check_type": _HELPER,
        "functional": "is a module of functions",
        "get_bounding_boxes": _HELPER,
        "get_keypoints": _HELPER,
        "has_all": _HELPER,
        "has_any": _HELPER,
        "query_chw": _HELPER,
        "query_size": _HELPER,
    },
    usual=USUAL,
    source=("torchvision.transforms.v2",),
    arguments_left_out={"inplace": "transforms never change what they are given"},
)
