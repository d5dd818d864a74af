from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from cifar_pipe.context import Context
from cifar_pipe.runtime import Precision
from cifar_pipe.training.progress.peak import peak, share_of_peak
from tests.kit import small


@pytest.mark.parametrize(
    ("name", "precision", "expected"),
    [
        ("NVIDIA H200", "bfloat16", 989.5e12),
        ("NVIDIA H200 NVL", "bfloat16", 835.5e12),
        ("NVIDIA H100 80GB HBM3", "float16-true", 989.5e12),
        ("NVIDIA H100 PCIe", "tf32", 378e12),
        ("NVIDIA A100-SXM4-40GB", "tf32", 156e12),
        ("NVIDIA L40S", "bfloat16", 362e12),
        ("NVIDIA L4", "bfloat16", 121e12),
        ("NVIDIA GeForce RTX 4090", "bfloat16", 165.2e12),
        ("NVIDIA GeForce RTX 4090 D", "bfloat16", None),
        ("Tesla T4", "float16", 65e12),
        ("Tesla T4", "bfloat16", None),
        ("Tesla V100-SXM2-16GB", "float16-true", 125e12),
        ("Tesla V100-SXM2-16GB", "tf32", None),
        # PyTorch rounds the products of some layers to TF32, and not those of others.
        ("NVIDIA H200", "float32", None),
        ("NVIDIA A10G", "bfloat16", None),
        ("NVIDIA H100 80GB HBM3 MIG 1g.10gb", "bfloat16", None),
        ("cpu", "bfloat16", None),
    ],
)
def test_the_peak_of_a_gpu(name: str, precision: Precision, expected: float | None) -> None:
    assert peak(name, precision) == expected


def test_a_step_is_six_operations_for_each_multiplication(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda _: "NVIDIA A100-SXM4-40GB")
    on_a_gpu = replace(context, device="cuda:0", precision="bfloat16")
    network = small()
    multiply_adds = sum(row.multiply_adds for row in network.rows)
    found = share_of_peak(network, 1e6, on_a_gpu)
    assert found == pytest.approx(6 * multiply_adds * 1e6 / 312e12)
    assert share_of_peak(network, 1e6, context) is None
    next(network.parameters()).requires_grad_(False)
    assert share_of_peak(network, 1e6, on_a_gpu) is None
