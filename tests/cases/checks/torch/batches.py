"""The batches of a training."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("no_full_batch", "data", "batch_size: 64", "batch_size: 4", "batch_size: 64\n    drop_last: true"),
    Case("no_full_batch_of_a_sampler", "data", "batch_size: 32", "batch_size: 4", "batch_size: 32\n    drop_last: true\n    sampler: {type: WeightedRandomSampler, num_samples: 31}"),
    Case("last_batch_of_a_sampler", "shape", "8=BatchNorm1d", "batch_size: 4", "batch_size: 4\n    sampler: {type: WeightedRandomSampler, num_samples: 37}", overrides=("build_model.layers.8=BatchNorm1d",)),
    Case("last_of_accumulated_batches", "shape", "accumulate=2", "batch_size: 4", "batch_size: 3", overrides=("build_model.layers.8=BatchNorm1d", "train.epochs=null", "train.steps=7", "train.accumulate=2")),
    Case("last_batch_of_one_image", "shape", "8=BatchNorm1d", "batch_size: 4", "batch_size: 39", overrides=("build_model.layers.1=BatchNorm2d", "build_model.layers.8=BatchNorm1d")),
    Case("batches_of_one_image", "shape", "8=BatchNorm1d", "batch_size: 4", "batch_size: 1", overrides=("build_model.layers.8=BatchNorm1d",)),
]  # fmt: skip
