"""A pipeline that trains in a second, as a mapping."""

from __future__ import annotations

from typing import Any

LINEAR = {"type": "Linear", "out_features": "$data.num_classes"}
ENDS_IN_SOFTMAX = {"layers": ["Flatten", LINEAR, {"type": "Softmax", "dim": 1}]}
"""A network of which a loss that takes logits is warned."""


def small(**stages: Any) -> dict[str, Any]:
    """With these stages in place of its own, or after them."""
    own = {
        "load_data": {
            "dataset": {"type": "Shapes", "image_shape": [1, 12, 12], "train": 40, "test": 20},
            "transforms": ["ToTensor"],
            "batch_size": 10,
        },
        "build_model": {"layers": ["Flatten", LINEAR]},
        "train": {
            "epochs": 1,
            "loss": "CrossEntropyLoss",
            "optimizer": {"type": "SGD", "lr": 0.01},
        },
    }
    return {"version": 1, "name": "small", "stages": {**own, **stages}}
