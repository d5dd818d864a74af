from __future__ import annotations

import math
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
import torch
from torch import nn

from cifar_pipe.catalog.core.component import Component, make
from cifar_pipe.context import Context
from cifar_pipe.data.batches import Batching, Data, Epoch
from cifar_pipe.data.store import Split
from cifar_pipe.errors import Diverged, Interrupted, RunError
from cifar_pipe.model.network import Network, build
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training import loop
from cifar_pipe.training.engine import EagerEngine
from cifar_pipe.training.job import History, TrainingJob
from cifar_pipe.training.meter import Meter
from cifar_pipe.training.progress.epochs import Epochs
from cifar_pipe.training.progress.points import mean_loss, spans
from cifar_pipe.training.threads import Threads, using
from tests.kit import RecordedEvents, layer, lenet, random_data, small

SGD = make("optimizer", "SGD", lr=0.001, momentum=0.9)
CROSS_ENTROPY = make("loss", "CrossEntropyLoss")


def settings(**more: Any) -> Train:
    given = {"loss": CROSS_ENTROPY, "optimizer": SGD, **more}
    if not given.keys() & {"epochs", "steps"}:
        given["epochs"] = 1
    return Train(**given)


def train(network: Network, data: Data, spec: Train, context: Context) -> History:
    return loop.train(TrainingJob(network, data, spec, context))


def lenet_data(count: int, **more: Any) -> Data:
    return random_data(train=count, shape=(3, 32, 32), classes=10, **more)


def by_hand(
    network: Network, data: Data, *, seed: int, epochs: int, every: int, lr: float = 0.001
) -> list[str]:
    """The tutorial's loop, line by line."""
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(network.parameters(), lr=lr, momentum=0.9)
    lines = []
    for epoch in range(epochs):
        running_loss = 0.0
        for i, (inputs, labels) in enumerate(data.batches("train", training=Epoch(epoch, seed)), 0):
            optimizer.zero_grad()
            outputs = network(inputs)
            loss = criterion(outputs, labels)
            loss.backward()
            optimizer.step()
            running_loss += loss.item()
            if i % every == every - 1:
                lines.append(f"[{epoch + 1}, {i + 1:5d}] loss: {running_loss / every:.3f}")
                running_loss = 0.0
    lines.append("Finished Training")
    return lines


def losses_by_hand(network: Network, data: Data, *, seed: int, **more: Any) -> list[float]:
    """Two epochs of the tutorial's steps; each step's loss."""
    criterion, losses = nn.CrossEntropyLoss(), []
    optimizer = torch.optim.SGD(network.parameters(), lr=0.001, momentum=0.9, **more)
    for epoch in range(2):
        for images, labels in data.batches("train", training=Epoch(epoch, seed)):
            optimizer.zero_grad()
            loss = criterion(network(images), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def test_with_the_same_kernels_it_is_the_loop_written_by_hand_bit_by_bit(
    context: Context, events: RecordedEvents
) -> None:
    """Same first weights and batches: same losses over 300 steps, same last weights."""
    data, ours, theirs = lenet_data(600), lenet(), lenet()
    history = train(ours, data, settings(epochs=2, log_every=1), context)
    with using(Threads(1, onednn=False)):
        losses = losses_by_hand(theirs, data, seed=7, fused=True)
    assert history.steps == len(losses) == 300
    assert [row["loss"] for row in events.rows] == losses
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)


def test_with_the_kernels_that_pytorch_would_choose_only_rounding_differs(
    context: Context, events: RecordedEvents
) -> None:
    """Rounding grows from step to step: after 300 the weights differ by about 2e-5 at most."""
    data, ours, theirs = lenet_data(600), lenet(), lenet()
    train(ours, data, settings(epochs=2, log_every=1), context)
    losses = losses_by_hand(theirs, data, seed=7)
    torch.testing.assert_close([row["loss"] for row in events.rows], losses, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=1e-4, atol=1e-4)


def test_accumulated_batches_clipping_and_a_schedule_are_the_loop_written_by_hand(
    context: Context, events: RecordedEvents
) -> None:
    """Ten batches in steps of three, the last of one; the rate falls with each step."""
    data, ours, theirs = random_data(train=40), small(), small()
    scheduler = make("scheduler", "ExponentialLR", gamma=0.9, per="step")
    more = {"accumulate": 3, "clip_grad_norm": 0.5, "scheduler": scheduler}
    history = train(ours, data, settings(epochs=2, log_every=1, **more), context)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.001, momentum=0.9, fused=True)
    falling = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.9)
    losses, rates = [], []
    with using(Threads(1, onednn=False)):
        for epoch in range(2):
            batches = list(data.batches("train", training=Epoch(epoch, 7)))
            for taken in (batches[:3], batches[3:6], batches[6:9], batches[9:]):
                optimizer.zero_grad()
                each = []
                for images, labels in taken:
                    loss = nn.CrossEntropyLoss()(theirs(images), labels) / len(taken)
                    loss.backward()
                    each.append(loss.item())
                nn.utils.clip_grad_norm_(theirs.parameters(), 0.5)
                optimizer.step()
                losses.append(sum(each))
                rates.append(falling.get_last_lr()[0])
                falling.step()
    assert history.steps == 8
    assert [row["step"] for row in events.rows] == list(range(1, 9))
    assert [row["lr"] for row in events.rows] == rates
    assert [row["loss"] for row in events.rows] == pytest.approx(losses, rel=1e-6)
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", ["MixUp", "CutMix"])
def test_mixed_batches_are_trained_on_as_in_the_loop_written_by_hand(
    name: str, context: Context, events: RecordedEvents
) -> None:
    batching = Batching([make("transform", "ToTensor"), make("transform", name)], batch_size=4)
    data = random_data(train=40)
    data = Data(data.splits, classes=data.classes, batching=batching)
    ours, theirs = small(), small()
    train(ours, data, settings(epochs=2, log_every=1), context)
    with using(Threads(1, onednn=False)):
        losses = losses_by_hand(theirs, data, seed=7, fused=True)
    assert [row["loss"] for row in events.rows] == losses
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=0, atol=0)


def test_steps_count_changes_of_the_weights(context: Context, events: RecordedEvents) -> None:
    history = train(small(), random_data(train=40), settings(steps=5, accumulate=4), context)
    assert (history.steps, history.epochs) == (5, 2)
    assert events.rows[-1]["step"] == 5


def test_early_stopping_ends_the_training_and_says_why(
    context: Context, events: RecordedEvents
) -> None:
    """With a learning rate of 0 no epoch is better than the first."""
    stopping = make("callback", "EarlyStopping", patience=2)
    still = make("optimizer", "SGD", lr=0.0)
    more = {"monitor": "val_loss", "callbacks": [stopping], "optimizer": still, "epochs": 9}
    history = train(small(), random_data(train=8, val=4), settings(**more), context)
    assert (history.epochs, history.steps) == (3, 6)
    assert str(history.stopped).startswith("no better val_loss for 2 epochs, the best was val_loss")
    assert f"train: stopped in epoch 3: {history.stopped}" in events.said
    assert history.plain()["stopped"] == history.stopped


def test_a_time_limit_ends_it_within_an_epoch(
    context: Context, events: RecordedEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_SHOW_EVERY_SECONDS", 0.0)
    limit = make("callback", "TimeLimit", minutes=1e-9)
    data = random_data(train=40, val=4)
    history = train(small(), data, settings(epochs=2, callbacks=[limit]), context)
    assert (history.epochs, history.steps) == (1, 1)
    assert history.stopped == "the time limit of 1e-09 minutes is reached"
    assert [row["step"] for row in events.rows if "val_loss" in row] == [1]
    assert events.bars[0].closed


def test_it_prints_the_lines_of_the_tutorial(context: Context, events: RecordedEvents) -> None:
    data = random_data(train=43)
    train(small(), data, settings(epochs=2, log_every=4), context)
    assert events.said == by_hand(small(), data, seed=7, epochs=2, every=4)
    starts = [line[:11] for line in events.said[:-1]]
    assert starts == ["[1,     4] ", "[1,     8] ", "[2,     4] ", "[2,     8] "]


def test_without_log_every_it_notes_each_epochs_mean(
    context: Context, events: RecordedEvents
) -> None:
    data = random_data(train=43)
    train(small(), data, settings(epochs=2), context)
    *lines, _ = by_hand(small(), data, seed=7, epochs=2, every=11)
    losses = [line.split(": ")[1] for line in lines]
    starts = [f"train  {number}/2  loss {loss}" for number, loss in enumerate(losses, 1)]
    assert [line.rpartition("  ")[0] for line in events.notes] == starts
    assert events.notes[0].endswith(" s")
    assert events.said == []


def test_there_are_more_rows_than_lines(context: Context, events: RecordedEvents) -> None:
    train(small(), random_data(train=320), settings(epochs=2, log_every=70), context)
    steps = [*range(1, 51), *range(52, 101, 2), *range(104, 161, 4)]
    assert [row["step"] for row in events.rows] == sorted({*steps, 150})
    assert [row["epoch"] for row in events.rows if row["step"] in (80, 82)] == [1, 2]
    assert [line[:11] for line in events.said[:-1]] == ["[1,    70] ", "[2,    70] "]
    assert set(events.rows[0]) == {
        *("stage", "epoch", "step", "loss", "lr", "images_per_second", "seconds")
    }
    assert events.rows[0]["stage"] == "train"
    assert events.rows[0]["lr"] == 0.001


def test_a_row_has_the_mean_loss_of_the_steps_since_the_row_before(
    context: Context, events: RecordedEvents
) -> None:
    train(small(), random_data(train=320), settings(log_every=40), context)
    losses = [mean_loss(spans(events.rows)[:40]), mean_loss(spans(events.rows)[40:])]
    assert [f"{loss:.3f}" for loss in losses] == [line[-5:] for line in events.said[:-1]]


def test_an_epoch_ends_with_a_row(context: Context, events: RecordedEvents) -> None:
    data = random_data(train=43, batch_size=1)
    train(small(), data, settings(epochs=3, log_every=40), context)
    assert {43, 86, 129} < {row["step"] for row in events.rows}


def test_an_epoch_is_begun_before_the_loss_of_the_one_before_is_waited_for(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    mean = Meter.mean

    def waits(self: Meter) -> float:
        seen.append("waits")
        return mean(self)

    monkeypatch.setattr(Meter, "mean", waits)
    monkeypatch.setattr(Epochs, "begin", lambda self, number: seen.append(f"begins {number}"))
    train(small(), random_data(), settings(epochs=2), context)
    assert seen[:2] == ["begins 1", "waits"]
    assert seen.index("begins 2") < len(seen) - 1 - seen[::-1].index("waits")


def test_steps_end_it_within_an_epoch(context: Context, events: RecordedEvents) -> None:
    history = train(small(), random_data(train=40), settings(steps=13), context)
    assert (history.epochs, history.steps) == (2, 13)
    assert [line.split("  ")[1] for line in events.notes] == ["1/2", "2/2"]


def test_the_bar_ends_where_the_training_ends(context: Context, events: RecordedEvents) -> None:
    train(small(), random_data(train=40), settings(steps=13), context)
    assert [(bar.done, bar.closed) for bar in events.bars] == [(13, True)]


def test_the_network_is_left_in_training_mode_and_the_random_state_as_it_was(
    context: Context,
) -> None:
    network = small().eval()
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    train(network, random_data(), settings(), context)
    assert network.training
    assert torch.equal(torch.rand(1), expected)


def test_dropout_follows_from_the_seed(context: Context) -> None:
    layers = [layer("Flatten"), layer("Dropout"), layer("Linear", out_features=3, id="fc")]

    def trained(seed: int) -> torch.Tensor:
        network = build(layers, (1, 2, 5), seed=0)
        train(network, random_data(shuffle=False), settings(), replace(context, seed=seed))
        return network.state_dict()["fc.weight"]

    assert torch.equal(trained(1), trained(1))
    assert not torch.equal(trained(1), trained(2))


def test_a_signal_ends_it_between_two_steps(context: Context, events: RecordedEvents) -> None:
    calls = iter([None] * 5)

    def check() -> None:
        if next(calls, "signal") == "signal":
            raise Interrupted(2)

    with pytest.raises(Interrupted):
        train(small(), random_data(), settings(log_every=1), replace(context, check_signal=check))
    assert len(events.rows) == 5
    assert events.bars[0].closed


def test_drop_last_with_less_than_a_batch_is_reported(context: Context) -> None:
    data = random_data(train=3, drop_last=True)
    with pytest.raises(RunError, match="there is no batch of 4 images") as caught:
        train(small(), data, settings(), context)
    assert "drop_last" in caught.value.help[0]


def test_other_classes_than_outputs_are_reported(context: Context) -> None:
    with pytest.raises(RunError, match="gives 3 outputs, the data has 5 classes"):
        train(small(), random_data(classes=5), settings(), context)


def test_what_was_chosen_for_speed_is_reported(context: Context) -> None:
    history = train(small(), random_data(), settings(), context)
    assert history.choices == {"engine": "eager", "threads": 1, "onednn": False, "fused": True}
    assert context.facts == {"engine": "eager", "threads": 1}
    assert torch.backends.mkldnn.enabled


# ---- losses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "loss",
    [
        make("loss", "MSELoss"),
        make("loss", "BCEWithLogitsLoss"),
        make("loss", "HuberLoss"),
        make("loss", "MultiMarginLoss"),
        make("loss", "CrossEntropyLoss", weight=[1.0, 2.0, 3.0], label_smoothing=0.1),
    ],
    ids=lambda loss: loss.name,
)
def test_a_network_learns_with_any_loss(
    loss: Component, context: Context, events: RecordedEvents
) -> None:
    optimizer = make("optimizer", "Adam", lr=0.05)
    data = random_data(train=20, batch_size=20)
    train(small(), data, settings(epochs=60, loss=loss, optimizer=optimizer), context)
    losses = [row["loss"] for row in events.rows]
    assert losses[-1] < 0.8 * losses[0]


@pytest.mark.parametrize("batch_size", [1, 4])
def test_labels_that_are_ignored_change_no_loss_and_stop_nothing(
    batch_size: int, context: Context, events: RecordedEvents
) -> None:
    """PyTorch's mean over none is NaN, and its gradient 0; with single images a third are ignored."""
    data = random_data(train=24, batch_size=batch_size)
    ignoring = make("loss", "CrossEntropyLoss", ignore_index=1)
    ours, theirs = small(), small()
    train(ours, data, settings(loss=ignoring), context)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.001, momentum=0.9)
    losses = []
    for images, labels in data.batches("train", training=Epoch(0, seed=7)):
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss(ignore_index=1)(theirs(images), labels)
        loss.backward()
        optimizer.step()
        losses += [loss.item()] if (labels != 1).any() else []
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict())
    assert len(losses) < 24
    ours_ = [row["loss"] for row in events.rows]
    assert ours_ == pytest.approx(losses)


def test_a_batch_whose_classes_have_no_weight_is_the_cause(context: Context) -> None:
    """There PyTorch's gradient is NaN: the weights would be lost."""
    loss = make("loss", "CrossEntropyLoss", weight=[1.0, 0.0, 1.0])
    with pytest.raises(Diverged, match="the weight of their classes is 0") as caught:
        train(small(), random_data(train=24, batch_size=1), settings(loss=loss), context)
    assert caught.value.help == ("a larger batch_size, or reduction: sum",)


SUMMED = [
    make("loss", "CrossEntropyLoss", reduction="sum"),
    make("loss", "MSELoss", reduction="sum"),
    make("loss", "SumOfDifferences"),
]


@pytest.mark.parametrize("loss", SUMMED, ids=lambda loss: loss.name)
def test_a_summed_loss_is_shown_per_image_as_on_the_validation_split(
    loss: Component, context: Context, events: RecordedEvents
) -> None:
    images = random_data(train=40).splits["train"]
    data = Data(
        {"train": images, "val": replace(images, name="val")},
        classes=("cat", "dog", "frog"),
        batching=Batching([make("transform", "ToTensor")], 4),
    )
    train(small(), data, settings(loss=loss, optimizer=make("optimizer", "SGD", lr=0)), context)
    *_, validation = events.rows
    assert mean_loss(spans(events.rows)) == pytest.approx(validation["val_loss"], rel=1e-4)


def test_the_gradient_of_a_summed_loss_is_that_of_the_sum(context: Context) -> None:
    data, ours, theirs = random_data(train=4, batch_size=4), small(), small()
    loss = make("loss", "CrossEntropyLoss", reduction="sum")
    train(ours, data, settings(loss=loss, optimizer=make("optimizer", "SGD", lr=0.1)), context)
    images, labels = next(data.batches("train", training=Epoch(0, seed=7)))
    nn.CrossEntropyLoss(reduction="sum")(theirs(images), labels).backward()
    torch.optim.SGD(theirs.parameters(), lr=0.1).step()
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict())


# ---- divergence --------------------------------------------------------------------------------


def test_a_loss_that_is_finite_and_far_above_that_of_guessing_is_reported(
    context: Context, events: RecordedEvents
) -> None:
    optimizer = make("optimizer", "SGD", lr=100)
    train(small(), random_data(), settings(epochs=3, optimizer=optimizer), context)
    [warning] = events.warnings
    assert events.rows[-1]["loss"] > 3 * math.log(3)
    assert warning.startswith("train: the training has diverged: its loss began at 1.")
    assert (
        "guessing gives 1.099; try a smaller learning rate: -S train.optimizer.lr=0.001" in warning
    )
    [kept] = context.facts["warnings"]
    assert kept["message"] == warning.partition(": ")[2].partition(";")[0]
    assert kept["help"] == "try a smaller learning rate: -S train.optimizer.lr=0.001"
    assert kept["overrides"] == ["train.optimizer.lr=0.001"]


def test_a_training_that_learns_has_no_warning(context: Context, events: RecordedEvents) -> None:
    train(small(), random_data(), settings(epochs=3), context)
    assert events.warnings == []
    assert "warnings" not in context.facts


def test_a_loss_that_is_not_finite_ends_it_before_the_weights_change(context: Context) -> None:
    network = lenet()
    spec = settings(optimizer=make("optimizer", "SGD", lr=1e12), log_every=1)
    with pytest.raises(Diverged) as caught:
        train(network, lenet_data(80), spec, context)
    error = caught.value
    assert error.message.startswith(
        "the loss is NaN at step 2 (epoch 1), with learning rate 1e+12; "
        "the first layer whose output is not finite is "
    )
    assert error.help == ("try a smaller learning rate: -S train.optimizer.lr=0.001",)
    assert all(tensor.isfinite().all() for tensor in network.state_dict().values())


def test_images_that_are_not_finite_are_named(context: Context) -> None:
    images = torch.rand(8, 1, 2, 5)
    images[5] = math.nan
    split = Split("train", images, torch.zeros(8, dtype=torch.int64))
    data = Data(
        {"train": split}, classes=("a", "b", "c"), batching=Batching(batch_size=4, shuffle=False)
    )
    with pytest.raises(Diverged, match=r"step 2 .*the images themselves are not finite"):
        train(small(), data, settings(), context)


def test_on_a_gpu_a_divergence_is_reported_within_a_hundred_steps(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There the loss stays a tensor: reading each one would wait for the device."""

    def as_on_a_gpu(*given: Any) -> EagerEngine:
        engine = EagerEngine(*given)
        engine._on_cpu = False
        return engine

    monkeypatch.setattr("cifar_pipe.training.optimization.steps.make_engine", as_on_a_gpu)
    images = torch.rand(160, 1, 2, 5)
    images[133] = math.inf
    split = Split("train", images, torch.zeros(160, dtype=torch.int64))
    data = Data(
        {"train": split}, classes=("a", "b", "c"), batching=Batching(batch_size=1, shuffle=False)
    )
    with pytest.raises(Diverged, match="infinite between steps 101 and 160 "):
        train(small(), data, settings(), context)
    with pytest.raises(Diverged, match="infinite between steps 101 and 134 "):
        train(small(), data, settings(log_every=67), context)


# ---- validation --------------------------------------------------------------------------------


def test_the_validation_split_is_measured_after_each_epoch(
    context: Context, events: RecordedEvents
) -> None:
    train(small(), random_data(val=10), settings(epochs=2), context)
    rows = [row for row in events.rows if "val_loss" in row]
    assert [(row["epoch"], row["step"]) for row in rows] == [(1, 10), (2, 20)]
    assert all(0 <= row["val_accuracy"] <= 1 for row in rows)
    assert [line.split("  ")[3:5] for line in events.notes] == [
        [f"val {100 * row['val_accuracy']:.1f} %", f"val loss {row['val_loss']:.3f}"]
        for row in rows
    ]


def test_the_best_epoch_is_reported_and_restored(context: Context, events: RecordedEvents) -> None:
    """With this learning rate the loss rises after the first epochs."""
    optimizer = make("optimizer", "SGD", lr=3.0)
    spec = settings(epochs=6, optimizer=optimizer, monitor="val_loss", restore_best=True)
    network = small()
    data = random_data(val=30)
    history = train(network, data, spec, context)
    losses = [row["val_loss"] for row in events.rows if "val_loss" in row]
    assert history.best is not None
    assert history.best.value == min(losses)
    assert losses[history.best.epoch - 1] == min(losses) < losses[-1]
    best = history.best.epoch
    assert events.said[-1] == f"train: best val_loss: {min(losses):.3f} in epoch {best}"
    marked = [number for number, line in enumerate(events.notes, 1) if "  best  " in line]
    assert marked[-1] == best
    images, labels = next(data.batches("val", batch_size=30))
    assert nn.CrossEntropyLoss()(network(images), labels).item() == pytest.approx(min(losses))


def test_measuring_does_not_change_the_training(context: Context) -> None:
    layers = [layer("BatchNorm2d"), layer("Flatten"), layer("Dropout")]
    layers.append(layer("Linear", out_features=3, id="fc"))

    def trained(val: int) -> dict[str, torch.Tensor]:
        network = build(layers, (1, 2, 5), seed=0)
        train(network, random_data(val=val), settings(epochs=2), context)
        return dict(network.state_dict())

    torch.testing.assert_close(trained(0), trained(10), rtol=0, atol=0)


# ---- optimizers --------------------------------------------------------------------------------


def test_lbfgs_takes_the_steps_of_one_written_by_hand(context: Context) -> None:
    data = random_data(train=20, batch_size=20, shuffle=False)
    ours, theirs = small(), small()
    train(ours, data, settings(epochs=3, optimizer=make("optimizer", "LBFGS", lr=0.5)), context)
    optimizer = torch.optim.LBFGS(theirs.parameters(), lr=0.5)
    images, labels = next(data.batches("train", training=Epoch()))

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(theirs(images), labels)
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    torch.testing.assert_close(ours.state_dict(), theirs.state_dict(), rtol=1e-4, atol=1e-6)


# ---- the learning rate -------------------------------------------------------------------------


def rates(spec: Train, context: Context, events: RecordedEvents) -> list[float]:
    train(small(), random_data(train=20), spec, context)
    return [row["lr"] for row in events.rows]


@pytest.mark.parametrize(
    ("scheduler", "by_hand"),
    [
        (
            make("scheduler", "OneCycleLR", max_lr=0.1),
            lambda o: torch.optim.lr_scheduler.OneCycleLR(o, max_lr=0.1, total_steps=15),
        ),
        (
            make("scheduler", "CosineAnnealingLR", per="step"),
            lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=15),
        ),
        (
            make("scheduler", "StepLR", step_size=4, per="step"),
            lambda o: torch.optim.lr_scheduler.StepLR(o, step_size=4),
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Component) else "",
)
def test_rates_per_step_are_those_of_a_loop_by_hand(
    scheduler: Component, by_hand: Any, context: Context, events: RecordedEvents
) -> None:
    ours = rates(settings(epochs=3, log_every=1, scheduler=scheduler), context, events)
    optimizer = torch.optim.SGD(small().parameters(), lr=0.001, momentum=0.9)
    schedule, expected = by_hand(optimizer), []
    for _ in range(15):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert ours == expected


@pytest.mark.parametrize(
    ("scheduler", "by_hand"),
    [
        (
            make("scheduler", "CosineAnnealingLR"),
            lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, T_max=4),
        ),
        (
            make("scheduler", "ExponentialLR", gamma=0.5),
            lambda o: torch.optim.lr_scheduler.ExponentialLR(o, gamma=0.5),
        ),
    ],
    ids=lambda value: value.name if isinstance(value, Component) else "",
)
def test_rates_per_epoch_are_those_of_a_loop_by_hand(
    scheduler: Component, by_hand: Any, context: Context, events: RecordedEvents
) -> None:
    ours = rates(settings(epochs=4, scheduler=scheduler), context, events)[::5]
    optimizer = torch.optim.SGD(small().parameters(), lr=0.001, momentum=0.9)
    schedule, expected = by_hand(optimizer), []
    for _ in range(4):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    assert ours == expected


def test_a_length_that_is_written_and_too_short_is_reported(
    context: Context, events: RecordedEvents
) -> None:
    scheduler = make("scheduler", "OneCycleLR", max_lr=0.1, total_steps=3)
    with pytest.raises(RunError, match="OneCycleLR: ") as caught:
        rates(settings(epochs=1, scheduler=scheduler), context, events)
    assert caught.value.help == ("leave its length out: it is the training's",)


def test_images_are_counted_once(context: Context) -> None:
    history = train(small(), random_data(train=43), settings(epochs=2), context)
    assert history.images_per_second == pytest.approx(86 / history.seconds, rel=0.2)
    batches = random_data(train=43).batches("train", training=Epoch())
    assert sum(len(labels) for _, labels in islice(batches, 11)) == 43
