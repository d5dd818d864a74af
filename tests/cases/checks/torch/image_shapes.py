"""Images of another shape than the network is built for."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import TRANSFORMS

CASES = [
    Case("input_shape_is_not_the_datas", "shape", "input_shape: [3, 40, 40]", "    layers:\n", "    input_shape: [3, 40, 40]\n    layers:\n"),
    Case("test_images_larger", "transform", "test: [ToTensor]", TRANSFORMS, "    transforms: {train: [{type: RandomCrop, size: 24}, ToTensor], test: [ToTensor]}\n"),
    Case("test_images_grey", "transform", "Grayscale", TRANSFORMS, "    transforms: {train: [ToTensor], test: [Grayscale, ToTensor]}\n"),
]  # fmt: skip
