"""Settings that are legal and change nothing, or leave nothing to change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cifar_pipe.catalog.core.facts import layer_facts, scheduler_facts
from cifar_pipe.catalog.core.layer_lists import every_layer
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Path, Problem
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import Measures, ShowsImages, Trains
from cifar_pipe.stages.build_model.spec import BuildModel

CODES = ("no-effect",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for stage in context.pipeline.stages:
        spec, flow = stage.spec, context.flow(stage)
        if isinstance(spec, BuildModel):
            context.report(stage, *_all_dropped(spec))
        if isinstance(spec, Trains):
            context.report(stage, *_never_logged(spec, flow), *_rate_of_zero(spec))
        if isinstance(spec, Measures):
            context.report(stage, *_metrics_without_effect(spec, flow))
        if isinstance(spec, ShowsImages) and flow and "count" in spec.model_fields_set:
            context.report(stage, *_more_than_there_are(spec, flow))
        context.report(stage, *_taken_by_nobody(stage, context.pipeline.stages))


def _problem(message: str, path: Path, help_: str | None = None) -> Problem:
    return Problem(message, path, "no-effect", help_)


def _all_dropped(spec: BuildModel) -> Iterator[Problem]:
    for path, layer in every_layer(spec.layers):
        share = layer_facts(layer).drops
        if share and layer.given.get(share) == 1:
            message = f"{layer.name} with {share}: 1 lets nothing through while the network trains"
            help_ = f"{share} is the share that is dropped: 0.1 to 0.5 are usual"
            yield _problem(message, (*path, share), help_)


def _never_logged(spec: Trains, flow: Flow | None) -> Iterator[Problem]:
    length = flow.length(spec) if flow else None
    if spec.log_every is None or length is None:
        return
    steps = min(length.steps, length.steps_per_epoch)
    if spec.log_every > steps:
        an_epoch = f"an epoch has {steps} step{'s' if steps > 1 else ''}"
        message = f"log_every is {spec.log_every}, and {an_epoch}: no loss is printed"
        help_ = "leave log_every out: the loss is printed once an epoch"
        yield _problem(message, ("log_every",), help_)


def _rate_of_zero(spec: Trains) -> Iterator[Problem]:
    """A learning rate of 0 that no group and no scheduler replaces."""
    optimizer = spec.optimizer
    replaced = spec.scheduler is not None and scheduler_facts(spec.scheduler).sets_lr
    if optimizer.given.get("lr") == 0 and not optimizer.common.get("groups") and not replaced:
        yield _problem(f"{optimizer.name} with lr: 0 changes no parameter", ("optimizer", "lr"))


def _metrics_without_effect(spec: Measures, flow: Flow | None) -> Iterator[Problem]:
    metrics = spec.metrics or ()
    classes = flow.facts.num_classes if flow else None
    for index, metric in enumerate(metrics):
        if metric in metrics[:index]:
            message = f"{metric.name} appears twice, and is measured once"
            yield _problem(message, ("metrics", index))
        if metric.name == "top_k_accuracy" and classes and metric.get("k") >= classes:
            always = f"top_k_accuracy with k: {metric.get('k')} is always 1"
            message = f"{always}: the data has {classes} classes"
            yield _problem(message, ("metrics", index, "k"), "lower k")


def _more_than_there_are(spec: ShowsImages, flow: Flow) -> Iterator[Problem]:
    images = flow.images_of(spec.split)
    if images is not None and spec.count > images:
        message = f"count is {spec.count}, and {flow.stage.id} has {images} {spec.split} images"
        yield _problem(message, ("count",), f"at most {images}")


def _taken_by_nobody(stage: Stage, stages: Sequence[Stage]) -> Iterator[Problem]:
    """Data or a network of which there are others, that other stages take."""
    for output in ("data", "model"):
        if output not in stage.spec.GIVES or stage.spec.needs() not in ((), ("data",)):
            continue
        takers = [one for one in stages if output in one.inputs]
        if takers and not any(one.inputs[output] == stage.id for one in takers):
            first = takers[0]
            other = first.inputs[output]
            message = f"nothing takes the {output} of {stage.id}: {first.id} takes that of {other}"
            help_ = f"write from: {{{output}: {stage.id}}} in {first.id}, or leave {stage.id} out"
            yield _problem(message, (), help_)
