"""Facts: one class per kind, and typed access to them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from cifar_pipe.catalog.core.component import make
from cifar_pipe.catalog.core.entry import KINDS, Kind
from cifar_pipe.catalog.core.facts import (
    AveragingFacts,
    CallbackFacts,
    Facts,
    InitializerFacts,
    LayerFacts,
    LossFacts,
    MetricFacts,
    OptimizerFacts,
    SamplerFacts,
    SchedulerFacts,
    TrackerFacts,
    layer_facts,
    loss_facts,
    optimizer_facts,
    scheduler_facts,
)
from cifar_pipe.catalog.core.lookup import table_of
from cifar_pipe.catalog.images.data_facts import DatasetFacts, TransformFacts

CLASSES: dict[Kind, type[Facts]] = {
    "dataset": DatasetFacts,
    "transform": TransformFacts,
    "layer": LayerFacts,
    "initializer": InitializerFacts,
    "loss": LossFacts,
    "optimizer": OptimizerFacts,
    "scheduler": SchedulerFacts,
    "averaging": AveragingFacts,
    "callback": CallbackFacts,
    "sampler": SamplerFacts,
    "metric": MetricFacts,
    "tracker": TrackerFacts,
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_row_has_the_facts_of_its_kind(kind: Kind) -> None:
    for entry in table_of(kind).entries.values():
        assert type(entry.facts) is CLASSES[kind], entry.name


def test_facts_are_read_from_a_row_or_a_component() -> None:
    component = make("layer", "Add", input=["one", "two"])
    assert layer_facts(component) is layer_facts(component.entry)
    assert layer_facts(component).joins


def test_facts_of_another_kind_are_not_handed_out() -> None:
    with pytest.raises(AssertionError):
        layer_facts(make("loss", "MSELoss"))


def test_a_fact_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(TypeError):
        LayerFacts(join=True)  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError):
        LayerFacts().joins = True  # type: ignore[misc]


@pytest.mark.parametrize("name", table_of("layer").entries)
def test_arguments_that_facts_name_are_there(name: str) -> None:
    entry = table_of("layer").entries[name]
    facts = layer_facts(entry)
    image_size = facts.network.image_size if facts.network else None
    named = {*facts.lists, *filter(None, (facts.drops, facts.exponent, image_size))}
    assert named <= entry.args.keys()


def test_arguments_that_facts_of_the_training_name_are_there() -> None:
    for entry in table_of("loss").entries.values():
        loss = loss_facts(entry)
        assert {*loss.per_class, *filter(None, [loss.counts_without])} <= entry.args.keys()
        assert (loss.applies is None) == (loss.takes != "logits")
    for entry in table_of("scheduler").entries.values():
        scheduler = scheduler_facts(entry)
        named = {one.argument for one in scheduler.milestones}
        assert {*named, *filter(None, [scheduler.inferred_length])} <= entry.args.keys()
    for entry in table_of("optimizer").entries.values():
        cycled = bool(entry.args.keys() & {"momentum", "betas"})
        assert optimizer_facts(entry).has_momentum == cycled
