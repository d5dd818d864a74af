"""Shows a row of images, and says their labels as the 60-minute tutorial prints them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.errors import DataUnavailable
from cifar_pipe.files import write_bytes, write_json
from cifar_pipe.report.fonts import missing_in_words
from cifar_pipe.report.formatting import name_rows
from cifar_pipe.report.pictures import image_row
from cifar_pipe.stages.show_images.spec import ShowImages


def run(spec: ShowImages, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    data: Data = inputs["data"]
    if spec.split not in data.splits:
        message = f"there is no {spec.split} split, only {', '.join(data.splits)}"
        raise DataUnavailable(message, help="set validation_split in load_data for a split val")
    indices = chosen(data, spec.split, spec.count, seed=context.seed)
    labels = names(data, spec.split, indices)
    pictures = data.pictures(spec.split, indices, transformed=spec.transformed)
    write_bytes(context.folder / "images.png", image_row(pictures, labels))
    write_json(context.folder / "images.json", {"split": spec.split, "labels": labels})
    if words := missing_in_words("".join(labels)):
        context.events.note(words)
    if data.num_classes is not None:
        for line in name_rows({"": labels}):
            context.events.say(line.lstrip())
    return {}


def chosen(data: Data, split: str, count: int, *, seed: int) -> list[int]:
    """Training images as drawn from the seed, others in the order in which they are stored."""
    whole = data.count(split)
    if split == "train":
        generator = torch.Generator().manual_seed(seed)
        return torch.randperm(whole, generator=generator)[:count].tolist()
    return list(range(min(count, whole)))


def names(data: Data, split: str, indices: list[int]) -> list[str]:
    """The class of each image; no words where the targets are numbers."""
    if data.num_classes is None:
        return [""] * len(indices)
    return [data.classes[label] for label in data.splits[split].labels[indices].tolist()]
