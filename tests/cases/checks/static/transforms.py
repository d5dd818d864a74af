"""Transforms that do not fit the images."""

from __future__ import annotations

from tests.cases.case import Case
from tests.cases.edits import TENSOR, TRANSFORMS, after_tensor, before_tensor

CASES = [
    Case("no_to_tensor", "transform", "Normalize", TENSOR, ""),
    Case("grayscale_then_three_means", "transform", "mean: [0.5, 0.5, 0.5]", TENSOR, "      - Grayscale\n      - ToTensor\n"),
    Case("crop_larger_than_the_image", "transform", "size: 64", TENSOR, "      - {type: RandomCrop, size: 64}\n      - ToTensor\n"),
    Case("to_tensor_twice", "transform", "ToTensor", TENSOR, TENSOR + TENSOR),
    Case("elastic_field_wider_than_the_image", "transform", "sigma: 9.0", TENSOR, "      - {type: ElasticTransform, sigma: 9.0}\n      - ToTensor\n"),
    Case("policy_that_fills_two_channels", "transform", "fill: [1, 2]", *before_tensor("{type: AutoAugment, fill: [1, 2]}")),
    Case("fill_that_no_byte_holds", "transform", "fill: 300", *before_tensor("{type: Pad, padding: 2, fill: 300}")),
    Case("fill_of_bytes_after_to_tensor", "transform", "fill: 128", *after_tensor("{type: RandomAffine, degrees: 10, fill: 128}")),
    Case("erased_with_what_no_byte_holds", "transform", "value: -1", *before_tensor("{type: RandomErasing, value: -1}")),
    Case("reflection_beyond_the_image", "transform", "size: 100", *before_tensor("{type: RandomCrop, size: 100, pad_if_needed: true, padding_mode: reflect}")),
    Case("fractions_cut_off", "transform", "dtype: uint8", *after_tensor("{type: ToDtype, dtype: uint8}")),
    Case("shifted_values_as_bytes", "transform", "dtype: uint8", *after_tensor("{type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}\n      - {type: ToDtype, dtype: uint8, scale: true}")),
    Case("floats_undone_again", "transform", "ToDtype", "      - {type: Normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}\n", "      - {type: ToDtype, dtype: uint8, scale: true}\n"),
    Case("rotated_to_any_size", "transform", "expand: true", TRANSFORMS, "    transforms: {train: [ToTensor], test: [{type: RandomRotation, degrees: 30, expand: true}, ToTensor]}\n"),
    Case("rotated_to_any_size_in_training", "transform", "expand: true", TRANSFORMS, "    transforms: {train: [{type: RandomRotation, degrees: 30, expand: true}, ToTensor], test: [ToTensor]}\n"),
    Case("padded_beyond_all_sides", "transform", "Pad", *before_tensor("{type: Pad, padding: 1000000000}")),
    Case("mixed_before_they_are_ready", "transform", "MixUp", *after_tensor("MixUp")),
    Case("mixed_twice", "transform", "MixUp", TRANSFORMS, "    transforms: [ToTensor, MixUp, CutMix]\n"),
    Case("mixed_while_testing", "transform", "CutMix", TRANSFORMS, "    transforms: {train: [ToTensor], test: [ToTensor, CutMix]}\n"),
]  # fmt: skip
