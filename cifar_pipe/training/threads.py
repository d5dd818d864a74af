"""How many threads a step is worth, and whether oneDNN is: rules, so that runs can be repeated.

Measured with LeNet (0.65 million multiply-adds per image), forward, backward and SGD, ms per step on
two cores; 'native' is PyTorch's own convolution, which works image by image:

    batch   1 thread   2 threads   1 thread, native   2 threads, native
        4        2.5         2.5                1.6                 2.4
       16        3.8         3.3                5.6                 7.6
       32        6.4         3.9               11.6                 7.4
      128       23.4        12.9               34.3                43.2

So one more thread pays for each 5 million multiply-adds of a batch's forward pass, and below that
oneDNN costs more in preparing its calls than it saves. On a busy machine a second thread for tiny
steps made them five times slower.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from cifar_pipe.model.planning.planned import LayerRow

MULTIPLY_ADDS_PER_THREAD = 5_000_000
# PyTorch's own default, read before anything changes it.
PHYSICAL_CORES = torch.get_num_threads()
_ONEDNN = torch._C._get_mkldnn_enabled()  # noqa: SLF001


@dataclass(frozen=True)
class Threads:
    """`onednn` says whether convolutions on the CPU run through oneDNN."""

    count: int
    onednn: bool


def choose_threads(
    rows: Sequence[LayerRow], batch_size: int, *, device: str, fixed: int | None
) -> Threads:
    """What suits a step on `batch_size` images; `fixed` threads where the pipeline says so.

    Only steps on the CPU are changed.
    """
    if device != "cpu":
        return Threads(fixed or PHYSICAL_CORES, onednn=True)
    work = batch_size * sum(row.multiply_adds for row in rows)
    count = fixed or max(1, min(PHYSICAL_CORES, work // MULTIPLY_ADDS_PER_THREAD))
    return Threads(count, onednn=work >= MULTIPLY_ADDS_PER_THREAD)


@contextmanager
def using(threads: Threads) -> Iterator[None]:
    """Computes so, and sets all back afterwards."""
    count = torch.get_num_threads()
    onednn = torch._C._get_mkldnn_enabled()  # noqa: SLF001
    if count != threads.count:
        torch.set_num_threads(threads.count)
    # torch.backends.mkldnn.flags() also touches TF32 settings, and warns of them.
    torch._C._set_mkldnn_enabled(threads.onednn and _ONEDNN)  # noqa: SLF001
    try:
        yield
    finally:
        torch._C._set_mkldnn_enabled(onednn)  # noqa: SLF001
        if count != threads.count:
            torch.set_num_threads(count)
