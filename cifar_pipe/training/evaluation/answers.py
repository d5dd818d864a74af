"""What a network takes each image of a split for, and how sure it is of it."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Answers:
    """Of n images in the order in which they are stored, on the CPU.

    `labels` and `predicted` are classes, int64 `[n]`. `probabilities` are those of the predicted
    class, `losses` are -log of the probability of the right one, the cross-entropy of each image
    whatever the training's loss is; both float32 `[n]`. A probability below the smallest that
    float32 has counts as that.
    """

    labels: Tensor
    predicted: Tensor
    probabilities: Tensor
    losses: Tensor

    @classmethod
    def of(cls, outputs: Tensor, labels: Tensor, *, are_probabilities: bool) -> Answers:
        """Of one batch of outputs, `[n, classes]`: probabilities, or else logits or
        log-probabilities. Stays on their device.
        """
        outputs = outputs.float()
        smallest = torch.finfo(torch.float32).tiny
        logs = outputs.clamp(min=smallest).log() if are_probabilities else outputs.log_softmax(1)
        predicted = outputs.argmax(1)
        highest, own = (logs.gather(1, of[:, None])[:, 0] for of in (predicted, labels))
        # Softmax of an infinite logit is NaN: its limit is certainty.
        shares, losses = highest.exp().nan_to_num(nan=1.0), (-own).nan_to_num(nan=torch.inf)
        return cls(labels, predicted, shares, losses)

    @classmethod
    def joined(cls, batches: list[Answers]) -> Answers:
        return cls(
            torch.cat([one.labels for one in batches]).cpu(),
            torch.cat([one.predicted for one in batches]).cpu(),
            torch.cat([one.probabilities for one in batches]).cpu(),
            torch.cat([one.losses for one in batches]).cpu(),
        )
