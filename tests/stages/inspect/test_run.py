from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from cifar_pipe.catalog.core.component import make
from cifar_pipe.context import Context
from cifar_pipe.errors import RunError
from cifar_pipe.stages.inspect.run import run
from cifar_pipe.stages.inspect.spec import Inspect
from tests.kit import RecordedEvents, random_data, small


@pytest.fixture
def context(context: Context) -> Context:
    return replace(context, stage="inspect")


def test_it_needs_data_only_where_the_input_is_the_datas() -> None:
    assert Inspect().needs() == ("model",)
    assert Inspect(input="data").needs() == ("model", "data")


def test_it_prints_network_parameters_output_and_gradients(
    context: Context, events: RecordedEvents
) -> None:
    network = small()
    run(Inspect(), {"model": network}, context)
    text = "\n".join(events.said)
    assert str(network) in text
    assert "2 parameters\nfc.weight  [3, 10]\nfc.bias    [3]" in text
    assert "output [1, 3] for a random input [1, 1, 2, 5]" in text
    assert "fc.bias.grad before: None" in text
    assert "norm of each gradient\nfc.weight  " in text


def test_only_what_is_wanted_is_printed_and_all_is_written(
    context: Context, events: RecordedEvents
) -> None:
    run(Inspect(show=["parameters"]), {"model": small()}, context)
    assert events.said == ["2 parameters", "fc.weight  [3, 10]", "fc.bias    [3]"]
    assert "fc.bias.grad after" in (context.folder / "inspect.txt").read_text()


def test_of_several_each_says_which_it_is(context: Context, events: RecordedEvents) -> None:
    run(Inspect(show=["output"]), {"model": small()}, replace(context, stage="look"))
    assert events.said[0] == "look:"


def test_the_random_input_follows_from_the_seed(context: Context) -> None:
    network = small()
    run(Inspect(batch_size=2), {"model": network}, context)
    torch.manual_seed(context.seed)
    output = network(torch.randn(2, 1, 2, 5))
    gradient = torch.randn(2, 3)
    found = json.loads((context.folder / "inspect.json").read_text())
    assert found["input"] == {"from": "random", "shape": [2, 1, 2, 5]}
    assert torch.allclose(torch.tensor(found["output"]["values"]), output)
    assert torch.allclose(torch.tensor(found["watched"]["after"]), gradient.sum(0))


def test_the_datas_input_is_its_first_batch_and_the_loss_that_of_its_labels(
    context: Context,
) -> None:
    network, data = small(), random_data()
    spec = Inspect(input="data", loss=make("loss", "CrossEntropyLoss"), batch_size=5)
    run(spec, {"model": network, "data": data}, context)
    images, labels = next(data.batches("train", batch_size=5))
    expected = torch.nn.functional.cross_entropy(network(images), labels).item()
    found = json.loads((context.folder / "inspect.json").read_text())
    assert found["loss"] == {"name": "CrossEntropyLoss", "value": pytest.approx(expected)}


@pytest.mark.parametrize("loss", ["CrossEntropyLoss", "MSELoss", "SumOfDifferences"])
def test_a_random_input_gets_a_random_target(context: Context, loss: str) -> None:
    run(Inspect(loss=make("loss", loss)), {"model": small()}, context)
    found = json.loads((context.folder / "inspect.json").read_text())
    assert found["loss"]["name"] == loss


def test_the_watched_parameter_is_the_named_one(context: Context, events: RecordedEvents) -> None:
    run(Inspect(watch="fc.weight", show=["gradients"]), {"model": small()}, context)
    assert "fc.weight.grad before: None" in "\n".join(events.said)


def test_a_parameter_that_is_not_there_is_reported(context: Context) -> None:
    with pytest.raises(RunError, match=r"no parameter fc\.bais") as caught:
        run(Inspect(watch="fc.bais"), {"model": small()}, context)
    assert "fc.bias" in caught.value.help[0]
