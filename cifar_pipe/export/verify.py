"""Whether an exported model gives for its golden images what the run gave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from cifar_pipe.errors import RunError
from cifar_pipe.export.card import Golden
from cifar_pipe.export.models import ModelFile, model_format

TOLERANCE = 1e-4
"""The greatest difference that rounding explains, as a share of the largest output."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`difference` is the greatest of all outputs of all golden images, and `largest` their largest
    value; `changed` is how many images have another class.
    """

    images: int
    difference: float
    largest: float
    changed: int
    tolerance: float
    runtime: str

    @property
    def allowed(self) -> float:
        return self.tolerance * self.largest

    def __str__(self) -> str:
        differs = f"differs from the run by at most {self.difference:.2g}"
        return f"{self.runtime} {differs} over {self.images} images"

    @property
    def holds(self) -> bool:
        return self.difference <= self.allowed and self.changed == 0


def verify(model: ModelFile, *, tolerance: float = TOLERANCE) -> Verdict:
    """Runs the golden images. Raises RunError where the model cannot be run."""
    card = model.card
    try:
        outputs, runtime = model_format(model.format).opened(model.content, card)
        pairs = [(_of(golden, outputs), torch.tensor(golden.outputs)) for golden in card.goldens]
    except RunError as error:
        raise RunError(f"{model.path}: {error.message}", help=error.help) from error
    differences = [
        float((given - wanted).abs().nan_to_num(torch.inf).max()) for given, wanted in pairs
    ]
    changed = sum(int((given.argmax(1) != wanted.argmax()).any()) for given, wanted in pairs)
    largest = max(abs(value) for golden in card.goldens for value in golden.outputs)
    return Verdict(len(card.goldens), max(differences), largest, changed, tolerance, runtime)


def _of(golden: Golden, outputs: Callable[[Tensor], Tensor]) -> Tensor:
    """Of a batch of twice the image: a size that the model had fixed would show."""
    given = outputs(torch.stack([golden.image] * 2)).flatten(1)
    if given.shape != (2, len(golden.outputs)):
        found = " x ".join(map(str, given.shape))
        raise RunError(f"it gives {found} outputs, not 2 x {len(golden.outputs)}")
    return given
