"""The outputs of the kernels are those of PyTorch in evaluation mode, and the network stays as it is."""

from __future__ import annotations

import copy
import math

import pytest
import torch
from torch import nn

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.model.network import Network
from cifar_pipe.training.engines.tracing.values import NotPlanned
from cifar_pipe.training.evaluation.evaluate import evaluating
from cifar_pipe.training.evaluation.forward_kernels import ForwardKernels
from tests.kit import layer
from tests.training.engines.pairs import conv, network, residual
from tests.training.engines.test_layers import LAYERS

pytest.importorskip("numba")

# More than one chunk of every size, and some that fill none.
COUNT = 139


def trained(layers: list[Component]) -> Network:
    """With running means as a training leaves them."""
    found = network(layers)
    source = torch.Generator().manual_seed(3)
    for one in found.modules():
        if isinstance(one, nn.BatchNorm1d | nn.BatchNorm2d):
            assert one.running_mean is not None
            assert one.running_var is not None
            one.running_mean.normal_(0, 0.3, generator=source)
            one.running_var.uniform_(0.5, 2, generator=source)
    return found


def images(count: int = COUNT) -> torch.Tensor:
    return torch.randn(count, 2, 7, 6, generator=torch.Generator().manual_seed(4))


MORE: dict[str, list[Component]] = {
    "dropout beside a branch": [
        conv(id="stem"), layer("Dropout", p=0.4, id="some"), conv(id="one", input="stem", padding=1),
        layer("Add", input=["some", "one"]),
    ],
    "a sum with itself": [conv(id="stem"), layer("Add", input=["stem", "stem"]), layer("ReLU")],
    "joined with what it is made of": [
        conv(id="stem"), layer("Sigmoid", id="one"), layer("Tanh", id="two"),
        layer("Concat", input=["two", "stem", "one"]), conv(),
    ],
    "normalized and dropped": [conv(), layer("BatchNorm2d"), layer("Dropout2d", p=0.3), layer("GELU")],
    "many residuals": [conv(), *(residual(conv(padding=1), layer("BatchNorm2d"), layer("ReLU")) for _ in range(4))],
}  # fmt: skip


@pytest.mark.filterwarnings("ignore:Using padding=.same. with even kernel lengths")
@pytest.mark.parametrize("layers", [*LAYERS.values(), *MORE.values()], ids=[*LAYERS, *MORE])
def test_outputs_are_those_of_pytorch(layers: list[Component]) -> None:
    one = trained(layers)
    before, batch = copy.deepcopy(one.state_dict()), images()
    kernels = ForwardKernels(one, threads=1)
    found = kernels.outputs(batch)
    kernels.close()
    assert all(module.training for module in one.modules())
    assert all(torch.equal(value, before[name]) for name, value in one.state_dict().items())
    with evaluating(one), torch.no_grad():
        torch.testing.assert_close(found, one(batch), rtol=1e-5, atol=1e-5)


def test_the_number_of_threads_changes_no_bit() -> None:
    one = trained(LAYERS["a residual with a shortcut"])
    outputs = []
    for threads in (1, 2, 3):
        kernels = ForwardKernels(one, threads)
        outputs.append(kernels.outputs(images()))
        kernels.close()
    assert torch.equal(outputs[0], outputs[1])
    assert torch.equal(outputs[0], outputs[2])


def test_weights_are_those_of_when_it_was_made() -> None:
    one = trained(LAYERS["a convolution"])
    kernels = ForwardKernels(one, threads=1)
    first = kernels.outputs(images())
    with torch.no_grad():
        one.get_parameter("linear_1.weight").zero_()
    assert torch.equal(kernels.outputs(images()), first)
    assert not torch.equal(ForwardKernels(one, threads=1).outputs(images()), first)


def test_no_images_have_no_outputs() -> None:
    kernels = ForwardKernels(trained(LAYERS["a convolution"]), threads=2)
    assert kernels.outputs(images(0)).shape == (0, 3)
    kernels.close()


def test_what_is_not_a_number_stays_to_be_seen() -> None:
    batch = images(20)
    batch[17, 0, 3, 3] = torch.nan
    found = ForwardKernels(trained(LAYERS["maxima of ReLU"]), threads=1).outputs(batch)
    assert found[17].isnan().all()
    assert found[:17].isfinite().all()


def test_batch_statistics_in_evaluation_have_no_kernel() -> None:
    one = network([conv(), layer("BatchNorm2d", track_running_stats=False)])
    with pytest.raises(NotPlanned, match="without running means"):
        ForwardKernels(one, threads=1)


@pytest.mark.parametrize(
    "name",
    [
        *("ReLU", "LeakyReLU", "ReLU6", "Sigmoid", "Tanh", "SiLU", "GELU", "Hardswish", "ELU", "PReLU"),
        *("Hardsigmoid", "Hardtanh", "Softplus", "Mish", "SELU", "CELU", "LogSigmoid", "Softsign"),
        *("Tanhshrink", "Hardshrink", "Softshrink", "LayerNorm"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_seen_where_pytorch_sees_it(name: str, value: float) -> None:
    one = network([layer("Flatten"), layer(name), layer("Linear", out_features=3)])
    one.eval()
    some = images(4)
    some[2, 1, 1, 0] = value
    kernels = ForwardKernels(one, 1)
    with torch.inference_mode():
        ours, theirs = kernels.outputs(some), one(some)
    kernels.close()
    assert ours.isfinite().all(1).tolist() == theirs.isfinite().all(1).tolist()
