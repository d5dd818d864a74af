"""Every kept loss, optimizer and scheduler trains three steps from YAML as it does by hand, and
every kept layer and transform runs once.

By hand means plain PyTorch: its class by its name, its arguments as they are written in the YAML, and the
loop of the tutorial. Nothing of the catalogue's builders is used there.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F
import yaml
from pydantic import ValidationError
from torch import Tensor, nn
from torch.optim import lr_scheduler

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.entry import Entry
from cifar_pipe.catalog.core.facts import (
    LossFacts,
    layer_facts,
    loss_facts,
    optimizer_facts,
    scheduler_facts,
)
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.docs.example import example_arguments, example_line
from cifar_pipe.data.batches import Data, Epoch
from cifar_pipe.data.transforms.chain import compile_chain
from cifar_pipe.data.transforms.randomness import Draws
from cifar_pipe.decode.decode import Owner, decode
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.problem import ProblemError
from cifar_pipe.model.network import Network, build
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.syntax.reader import read
from cifar_pipe.training import losses
from cifar_pipe.training.job import TrainingJob
from cifar_pipe.training.loop import train
from cifar_pipe.training.optimization import gradient_descent
from tests.kit import RecordedEvents, context, layer, random_data

LOSSES = table_of("loss").entries
OPTIMIZERS = table_of("optimizer").entries
SCHEDULERS = table_of("scheduler").entries
STEPS = 3
BATCH = 4
CLASSES = 3
SEED = 7


@pytest.fixture(autouse=True)
def one_thread() -> Any:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


# ---- from YAML ----------------------------------------------------------------------------------


class Raw(str):
    """Text that is YAML already."""

    __slots__ = ()


def flow(value: Any) -> str:
    """JSON is YAML; numbers keep all their digits."""
    if isinstance(value, list) and all(isinstance(one, Raw) for one in value):
        return f"[{', '.join(value)}]"
    return json.dumps(value)


def spec_of(model: Any, name: str, keys: Mapping[str, Any]) -> Any:
    """The stage's settings as a pipeline file would declare them."""
    text = "".join(f"{key}: {flow(value)}\n" for key, value in keys.items())
    findings = Findings()
    root = read(text, "made.yaml", findings)
    assert root is not None, findings.sorted()
    spec = decode(root, model, Owner(name, root.span), findings)
    assert spec is not None, [one.message for one in findings.sorted()]
    return spec


def written(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": name, **arguments}


def trained(network: Network, data: Data, tmp_path: Path, **keys: Any) -> Network:
    """The network after three steps of ours."""
    usual = {"epochs": 1, "loss": "CrossEntropyLoss", "optimizer": written("SGD", {"lr": 0.1})}
    events = RecordedEvents()
    spec = spec_of(Train, "train", {**usual, **keys})
    train(TrainingJob(network, data, spec, context(events, tmp_path, seed=SEED)))
    assert sum(bar.done for bar in events.bars) == STEPS
    return network


def network_for(entry: Entry) -> Network:
    """Flatten and Linear, and what the loss takes after them."""
    ends = {"log-probabilities": [layer("LogSoftmax", dim=1)], "probabilities": [layer("Sigmoid")]}
    wanted = entry.facts.takes if isinstance(entry.facts, LossFacts) else ""
    linear = layer("Linear", out_features=CLASSES, id="fc")
    layers = [layer("Flatten"), linear, *ends.get(wanted, [])]
    return build(layers, (1, 2, 5), seed=0)


def for_optimizer(name: str) -> Network:
    two_dimensional = optimizer_facts(OPTIMIZERS[name]).matrices_only
    hidden = layer("Linear", out_features=6, bias=not two_dimensional, id="hidden")
    output = layer("Linear", out_features=CLASSES, bias=not two_dimensional, id="fc")
    return build([layer("Flatten"), hidden, layer("Tanh"), output], (1, 2, 5), seed=0)


def batches(*, epochs: int = 1, **more: Any) -> Data:
    """Three batches of four images over all epochs."""
    return random_data(train=STEPS * BATCH // epochs, classes=CLASSES, batch_size=BATCH, **more)


# ---- by hand ------------------------------------------------------------------------------------


def by_hand(
    network: Network,
    data: Data,
    measure: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    *,
    epochs: int = 1,
    after_step: Callable[[], object] = lambda: None,
    after_epoch: Callable[[], object] = lambda: None,
) -> Network:
    """The loop of the tutorial."""
    for epoch in range(epochs):
        for images, labels in data.batches("train", training=Epoch(epoch, SEED)):

            def closure(images: Tensor = images, labels: Tensor = labels) -> Tensor:
                optimizer.zero_grad()
                loss = measure(network(images), labels)
                loss.backward()
                return loss

            if isinstance(optimizer, torch.optim.LBFGS):
                optimizer.step(closure)
            else:
                closure()
                optimizer.step()
            after_step()
        after_epoch()
    return network


def plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Lists as the tuples or tensors that PyTorch takes."""
    return {
        key: torch.tensor(value)
        if key in ("weight", "pos_weight")
        else tuple(value)
        if isinstance(value, list)
        else value
        for key, value in arguments.items()
    }


def same(ours: nn.Module, theirs: nn.Module) -> None:
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=1e-5, atol=1e-6)


# ---- variants: each argument at another value than its default ------------------------------------

# Where half of the default, or a small number, is not a value that makes sense.
OTHER: Mapping[str, Any] = {
    "Adafactor.eps": [1e-20, 1e-2],
    "Muon.adjust_lr_fn": "match_rms_adamw",
    "Muon.ns_coefficients": [3.0, -4.0, 2.0],
    "LBFGS.line_search_fn": "strong_wolfe",
    "LBFGS.max_eval": 3,
    "SGD.nesterov": {"nesterov": True, "momentum": 0.5},
    "SGD.dampening": {"dampening": 0.5, "momentum": 0.5},
    "Adam.betas": [0.8, 0.99],
    "Rprop.etas": [0.4, 1.5],
    "Rprop.step_sizes": [1e-3, 1],
    # A batch in which nothing counts has no mean.
    "ignore_index": {"ignore_index": 1, "reduction": "sum"},
    # Scores below 0 have no logarithm.
    "PoissonNLLLoss.log_input": None,
    "MultiMarginLoss.p": 2,
    "reduction": "sum",
    "weight": [1.0, 2.0, 0.5],
    "pos_weight": [1.0, 2.0, 0.5],
    "betas": [0.8, 0.99],
}


def variants(entry: Entry) -> list[dict[str, Any]]:
    """The component as its example has it, and with each of its arguments changed."""
    base = example_arguments(entry)
    made = [base]
    for name, arg in entry.args.items():
        other = OTHER.get(f"{entry.name}.{name}", OTHER.get(name, changed(arg.default)))
        changes = other if isinstance(other, dict) else {name: other}
        try:
            make(entry.kind, entry.name, **{**base, **changes})
        except ValidationError:
            continue
        made.append({**base, **changes})
    return made


def changed(default: Any) -> Any:
    match default:
        case bool():
            return not default
        case int() if default > 1:
            return default // 2
        case float() | int():
            return default / 2 or 0.01
        case _:
            return None


# ---- losses -------------------------------------------------------------------------------------


def loss_by_hand(
    name: str, form: str, arguments: Mapping[str, Any]
) -> Callable[[Tensor, Tensor], Tensor]:
    module = getattr(nn, name, None) or getattr(losses, name)
    measure = module(**plain(arguments))

    def measured(outputs: Tensor, labels: Tensor) -> Tensor:
        one_hot = F.one_hot(labels, CLASSES).float()
        rest = torch.full((len(labels), CLASSES - 1), -1)
        targets = {
            "class index": labels,
            "one-hot": one_hot,
            "probability": one_hot,
            "signs": 2 * one_hot - 1,
            "class list": torch.cat([labels[:, None], rest], dim=1),
        }
        result: Tensor = measure(outputs, targets[form])
        return result

    return measured


@pytest.mark.parametrize("name", LOSSES)
def test_each_loss(name: str, tmp_path: Path) -> None:
    entry = LOSSES[name]
    for form in loss_facts(entry).targets:
        for arguments in variants(entry):
            if form == "probability" and "ignore_index" in arguments:
                continue  # a finding: see the end
            start, data = network_for(entry), batches()
            measure = loss_by_hand(name, form, arguments)
            theirs = copy.deepcopy(start)
            by_hand(theirs, data, measure, torch.optim.SGD(theirs.parameters(), lr=0.1))
            keys = written(name, {**arguments, "target": form})
            same(trained(copy.deepcopy(start), data, tmp_path, loss=keys), theirs)
            with pytest.raises(AssertionError):
                same(start, theirs)


# ---- optimizers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_each_optimizer(name: str, tmp_path: Path) -> None:
    made = getattr(torch.optim, name, None) or getattr(gradient_descent, name)
    for arguments in variants(OPTIMIZERS[name]):
        start, data = for_optimizer(name), batches()
        theirs = copy.deepcopy(start)
        optimizer = made(theirs.parameters(), **plain(arguments))
        by_hand(theirs, data, nn.CrossEntropyLoss(), optimizer)
        ours = trained(copy.deepcopy(start), data, tmp_path, optimizer=written(name, arguments))
        same(ours, theirs)
        if arguments.get("lr") != 0:
            with pytest.raises(AssertionError):
                torch.testing.assert_close(start.state_dict(), theirs.state_dict(), rtol=0, atol=0)


GROUPING = [name for name, entry in OPTIMIZERS.items() if optimizer_facts(entry).takes_groups]


@pytest.mark.parametrize("name", GROUPING)
def test_each_optimizer_in_groups(name: str, tmp_path: Path) -> None:
    made = getattr(torch.optim, name, None) or getattr(gradient_descent, name)
    start, data = for_optimizer(name), batches()
    theirs = copy.deepcopy(start)
    first, second = theirs.get_submodule("hidden"), theirs.get_submodule("fc")
    optimizer = made(
        [{"params": second.parameters()}, {"params": first.parameters(), "lr": 0.5}], lr=0.1
    )
    by_hand(theirs, data, nn.CrossEntropyLoss(), optimizer)
    groups = [{"parameters": "hidden.*", "lr": 0.5}]
    keys = written(name, {"lr": 0.1, "groups": groups})
    same(trained(copy.deepcopy(start), data, tmp_path, optimizer=keys), theirs)


# ---- schedulers ---------------------------------------------------------------------------------

# What makes each of them do something within three steps.
ACTIVE: Mapping[str, dict[str, Any]] = {
    "ConstantLR": {"factor": 0.5, "total_iters": 2},
    "StepLR": {"step_size": 1, "gamma": 0.5},
    "MultiStepLR": {"milestones": [1, 2], "gamma": 0.5},
    "ExponentialLR": {"gamma": 0.5},
    "CosineAnnealingWarmRestarts": {"T_0": 2, "T_mult": 2},
    "CyclicLR": {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 2},
    "OneCycleLR": {"max_lr": 0.1, "three_phase": True},
    "ReduceLROnPlateau": {"patience": 0, "threshold": 10.0, "threshold_mode": "abs"},
    "ChainedScheduler": {
        "schedulers": [{"type": "ConstantLR", "factor": 0.5}, {"type": "StepLR", "step_size": 1}]
    },
    "SequentialLR": {
        "schedulers": [{"type": "LinearLR", "total_iters": 1}, "CosineAnnealingLR"],
        "milestones": [1],
    },
}
# The length that is inferred: three steps; the last part of a sequence has two.
LENGTHS = {"CosineAnnealingLR": "T_max", "OneCycleLR": "total_steps"}


def scheduler_by_hand(
    optimizer: torch.optim.Optimizer, component: Any, length: int = STEPS
) -> lr_scheduler.LRScheduler:
    arguments = dict(component) if isinstance(component, dict) else {"type": component}
    name = arguments.pop("type")
    if name in LENGTHS:
        arguments[LENGTHS[name]] = length
    inner = arguments.pop("schedulers", None)
    if inner is not None:
        rest = STEPS - 1 if "milestones" in arguments else STEPS
        arguments["schedulers"] = [scheduler_by_hand(optimizer, one, rest) for one in inner]
    made: lr_scheduler.LRScheduler = getattr(lr_scheduler, name)(optimizer=optimizer, **arguments)
    return made


@pytest.mark.parametrize("per", ["step", "epoch"])
@pytest.mark.parametrize("name", SCHEDULERS)
def test_each_scheduler(name: str, per: str, tmp_path: Path) -> None:
    watches = scheduler_facts(SCHEDULERS[name]).watches
    if watches and per == "step":
        pytest.skip("it steps after each epoch: tests/training/test_schedules.py")
    arguments = written(name, ACTIVE.get(name, {}))
    epochs = STEPS if per == "epoch" else 1
    start, data = network_for(LOSSES["CrossEntropyLoss"]), batches(epochs=epochs, val=6)
    rates: list[float] = []

    theirs = copy.deepcopy(start)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    scheduler = scheduler_by_hand(optimizer, arguments)

    def step() -> None:
        scheduler.step(*([validation_loss(theirs, data)] if watches else []))
        rates.append(optimizer.param_groups[0]["lr"])

    when = {"after_step": step} if per == "step" else {"after_epoch": step}
    by_hand(theirs, data, nn.CrossEntropyLoss(), optimizer, epochs=epochs, **when)
    ours = trained(
        copy.deepcopy(start),
        data,
        tmp_path,
        epochs=epochs,
        optimizer=written("SGD", {"lr": 0.1, "momentum": 0.9}),
        scheduler=arguments if watches else {**arguments, "per": per},
        **({"monitor": "val_loss"} if watches else {}),
    )
    same(ours, theirs)
    assert len(set(rates)) > 1, "it did nothing, and the test says nothing"


def validation_loss(network: Network, data: Data) -> float:
    network.eval()
    with torch.no_grad():
        images, labels = next(iter(data.batches("val", batch_size=6)))
        loss = F.cross_entropy(network(images), labels).item()
    network.train()
    return loss


# ---- layers and transforms ------------------------------------------------------------------------

LAYERS = [name for name, one in table_of("layer").entries.items() if not layer_facts(one).network]
# What a layer needs above it, and the shape of the image, where an image of 16 channels is wrong.
ABOVE = {"Shared": ["{type: Conv2d, out_channels: 16, kernel_size: 1, id: conv1}"]}
SHAPES = {"Fold": (144, 900), "Unflatten": (400,), "TransformerEncoderLayer": (5, 16)}


@pytest.mark.parametrize("name", LAYERS)
def test_each_layer(name: str) -> None:
    entry = table_of("layer").entries[name]
    example = example_line(entry).removeprefix("- ")
    above = ABOVE.get(name, [])
    if layer_facts(entry).joins:
        above = [f"{{type: Conv2d, out_channels: 8, kernel_size: 1, id: conv{n}}}" for n in (1, 2)]
    spec = spec_of(BuildModel, "build_model", {"layers": [Raw(one) for one in (*above, example)]})
    output = run_layers(spec.layers, entry)
    assert output.shape[0] == 2
    assert output.isfinite().all()


def run_layers(layers: Any, entry: Entry) -> Tensor:
    """Two images through the layers, of the first shape that they take."""
    side = {2: (400,), 3: (16, 8), 4: (16, 8, 8), 5: (16, 8, 8, 8)}
    ranks = layer_facts(entry).dimensions or (4, 3, 2)
    shapes = [SHAPES[entry.name]] if entry.name in SHAPES else [side[rank] for rank in ranks]
    problem: ProblemError | None = None
    for shape in shapes:
        try:
            network = build(layers, shape, seed=0)
        except ProblemError as error:
            problem = error
            continue
        torch.manual_seed(0)
        output: Tensor = network(torch.randn(2, *shape))
        return output
    raise AssertionError(problem)


@pytest.mark.parametrize("name", table_of("transform").entries)
def test_each_transform(name: str) -> None:
    entry = table_of("transform").entries[name]
    above = ["ToTensor"] if name == "Normalize" else []
    example = example_line(entry).removeprefix("- ")
    keys = {
        "dataset": {"type": "Shapes"},
        "transforms": [Raw(one) for one in (*above, example)],
        "batch_size": BATCH,
    }
    spec = spec_of(LoadData, "load_data", keys)
    images = torch.randint(0, 256, (BATCH, 3, 40, 40), dtype=torch.uint8)
    draws = Draws(seed=1, epoch=0, count=BATCH)
    output = compile_chain(spec.transforms)(images, torch.arange(BATCH), draws)
    assert isinstance(output, Tensor)
    assert output.shape[0] == BATCH


# ---- what cannot work -----------------------------------------------------------------------------

CONVOLUTIONS = """
version: 1
seed: 0
stages:
  load_data:
    dataset: {type: Shapes, train: 40, test: 20}
    transforms: [ToTensor]
    batch_size: 4
  build_model:
    layers:
      - {type: Conv2d, out_channels: 4, kernel_size: 5, id: conv1}
      - BatchNorm2d
      - Flatten
      - {type: Linear, out_features: 10}
  train:
"""


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"optimizer": "Muon"}, "Muon takes weight matrices only"),
        (
            {"optimizer": {"type": "LBFGS", "groups": [{"parameters": "biases", "lr": 1}]}},
            "LBFGS has no argument `groups`",
        ),
        (
            {"optimizer": {"type": "SGD", "groups": [{"parameters": "conv2.*", "lr": 1}]}},
            "`conv2.*` in groups matches no parameter",
        ),
        (
            {"optimizer": {"type": "SGD", "groups": [{"parameters": "norms", "lrr": 1}]}},
            "has no key `lrr`",
        ),
        ({"optimizer": "SparseAdam"}, "SparseAdam is not among the optimizers"),
        ({"loss": "NLLLoss"}, "NLLLoss takes log-probabilities"),
        ({"loss": {"type": "MSELoss", "target": "class list"}}, "MSELoss does not take targets"),
        (
            {"loss": {"type": "CrossEntropyLoss", "target": "probability", "ignore_index": 1}},
            "CrossEntropyLoss takes ignore_index with targets of the form class index only",
        ),
        ({"scheduler": "ReduceLROnPlateau"}, "ReduceLROnPlateau waits for a measured value"),
        (
            {"scheduler": {"type": "OneCycleLR", "max_lr": 0.1}, "optimizer": "Adagrad"},
            "OneCycleLR cycles the momentum, and Adagrad has none",
        ),
        (
            {
                "scheduler": {
                    "type": "SequentialLR",
                    "schedulers": ["LinearLR", {"type": "OneCycleLR", "max_lr": 1}],
                    "milestones": [1],
                }
            },
            "step at different times",
        ),
        (
            {
                "scheduler": {
                    "type": "ChainedScheduler",
                    "schedulers": ["LinearLR", {"type": "StepLR", "step_sise": 1}],
                }
            },
            "StepLR has no argument `step_sise`",
        ),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_cannot_work_is_a_finding(
    keys: dict[str, Any], message: str, cli: Callable[..., Any], tmp_path: Path
) -> None:
    usual = {"epochs": 1, "loss": "CrossEntropyLoss", "optimizer": {"type": "SGD", "lr": 0.1}}
    lines = [f"    {key}: {flow(value)}\n" for key, value in {**usual, **keys}.items()]
    (tmp_path / "mine.yaml").write_text(CONVOLUTIONS + "".join(lines))
    done = cli("validate", "mine.yaml")
    assert done.status == 1, done.err
    assert message in done.err
    assert "Traceback" not in done.err


def test_the_pipeline_itself_is_right(cli: Callable[..., Any], tmp_path: Path) -> None:
    groups = [{"parameters": ["biases", "norms"], "weight_decay": 0}]
    keys = {
        "epochs": 2,
        "loss": {"type": "SoftMarginLoss"},
        "optimizer": {"type": "AdamW", "groups": groups},
        "scheduler": {
            "type": "SequentialLR",
            "schedulers": ["LinearLR", "CosineAnnealingLR"],
            "milestones": [3],
            "per": "step",
        },
    }
    lines = [f"    {key}: {flow(value)}\n" for key, value in keys.items()]
    (tmp_path / "mine.yaml").write_text(CONVOLUTIONS + "".join(lines))
    assert yaml.safe_load(CONVOLUTIONS + "".join(lines))["stages"]["train"]["epochs"] == 2
    done = cli("validate", "mine.yaml")
    assert done.status == 0, done.err
