"""What a device has, and what says that it is too little."""

from __future__ import annotations

import pytest
import torch

from cifar_pipe.training.device_memory import free_memory, is_out_of_memory


def test_the_cpu_has_memory() -> None:
    assert 2**26 < free_memory("cpu") < 2**46


@pytest.mark.parametrize(
    ("error", "is_it"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 8.00 GB)"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate`"), True),
        (RuntimeError("device-side assert triggered"), False),
    ],
)
def test_errors_that_say_so(error: RuntimeError, is_it: bool) -> None:
    assert is_out_of_memory(error) is is_it
