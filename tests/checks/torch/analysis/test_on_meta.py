"""Networks and optimizers of tensors without numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from torch.optim import Optimizer

from cifar_pipe.catalog.core.component import make
from cifar_pipe.checks.network import ShapedNetwork
from cifar_pipe.checks.torch.analysis.on_meta import on_meta, optimizer_on_meta
from cifar_pipe.checks.torch.analysis.one_image import batch_of_one
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.stages.train.spec import Train
from tests.cases.edits import small
from tests.checks.kit import checked


def network(folder: Path, layers: str) -> ShapedNetwork:
    return checked(folder, small(layers=layers)).networks["build_model"]


def training(optimizer: str) -> Train:
    loss = make("loss", "CrossEntropyLoss")
    return Train(epochs=1, loss=loss, optimizer=make("optimizer", optimizer, lr=0.1))


def test_a_network_is_built_once_and_has_no_numbers(tmp_path: Path) -> None:
    shaped = network(tmp_path, "Flatten, {type: Linear, out_features: 10}")
    assert on_meta(shaped) is on_meta(shaped)
    assert {one.device.type for one in on_meta(shaped).parameters()} == {"meta"}


def test_normalization_over_a_batch_takes_no_single_image(tmp_path: Path) -> None:
    shaped = network(tmp_path, "Flatten, BatchNorm1d, {type: Linear, out_features: 10}")
    problem = batch_of_one("each batch", shaped, help_="two")
    assert problem is not None
    assert (problem.path, problem.code, problem.help) == (("batch_size",), "shape", "two")
    shaped = network(tmp_path, "Flatten, {type: Linear, out_features: 10}")
    assert batch_of_one("each batch", shaped, help_="two") is None


def test_an_optimizer_is_made_for_real_and_torch_s_decorator_is_put_back(tmp_path: Path) -> None:
    shaped = network(tmp_path, "Flatten, {type: Linear, out_features: 10}")
    decorated = Optimizer.add_param_group
    optimizer = optimizer_on_meta(training("SGD"), shaped)
    assert [len(group["params"]) for group in optimizer.param_groups] == [2]
    with pytest.raises(ProblemError):
        optimizer_on_meta(training("Muon"), shaped)
    assert Optimizer.add_param_group is decorated
