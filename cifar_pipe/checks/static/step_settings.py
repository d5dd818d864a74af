"""What a step is made of fits together: the optimizer, accumulated batches, clipping, precision."""

from __future__ import annotations

from collections.abc import Iterator

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.facts import optimizer_facts
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.checks.data_flow import Flow
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.document import Runtime
from cifar_pipe.pipeline.roles import SetsSteps, Trains
from cifar_pipe.syntax.nodes import span_at

CODES = ("optimizer", "no-effect")
NEEDS_TORCH = False

# Half of the smallest number above 0 in float16, which is 2^-24: what is below is rounded to 0.
_LEAST_FLOAT16 = 2**-25


def check(context: CheckContext) -> None:
    runtime = context.pipeline.document.runtime
    if (runtime.device, runtime.precision) == ("cpu", "tf32"):
        message = "precision tf32 has an effect on GPUs only, and the device is cpu"
        help_ = "leave precision out, or write bfloat16"
        span = span_at(context.pipeline.root, ("runtime", "precision"))
        context.findings.report(Problem(message, (), "no-effect", help_), span)
    for stage in context.pipeline.stages:
        spec = stage.spec
        if isinstance(spec, Trains) and isinstance(spec, SetsSteps):
            context.report(stage, *_with_closure(spec.optimizer, spec, runtime))
            context.report(stage, *_divides_by_zero(spec.optimizer, runtime))
            context.report(stage, *_accumulates_all(spec, context.flow(stage)))


def _with_closure(optimizer: Component, spec: SetsSteps, runtime: Runtime) -> Iterator[Problem]:
    """LBFGS computes loss and gradients of its one batch itself, as often as it likes."""
    if not optimizer_facts(optimizer).needs_closure:
        return
    several = f"{optimizer.name} computes the gradients several times in one step"
    for key, is_set in {
        "accumulate": spec.accumulate > 1,
        "clip_grad_norm": spec.clip_grad_norm is not None,
        "clip_grad_value": spec.clip_grad_value is not None,
    }.items():
        if is_set:
            help_ = "raise batch_size instead" if key == "accumulate" else f"leave {key} out"
            yield Problem(f"{several}, and takes no {key}", (key,), "optimizer", help_)
    if runtime.precision == "float16":
        message = f"{several}, which does not go with the scaled loss of precision float16"
        help_ = "write precision: bfloat16 or float32 in runtime"
        yield Problem(message, ("optimizer",), "optimizer", help_)


def _divides_by_zero(optimizer: Component, runtime: Runtime) -> Iterator[Problem]:
    """In float16 the usual eps of Adam is 0."""
    eps = optimizer.get("eps") if "eps" in optimizer.entry.args else None
    if runtime.precision == "float16-true" and isinstance(eps, float) and eps < _LEAST_FLOAT16:
        message = f"eps {eps:g} of {optimizer.name} is 0 in precision float16-true"
        note = "a gradient of 0 is divided by 0: the weight becomes NaN; an eps of 1e-4 is not 0"
        path = ("optimizer", "eps") if "eps" in optimizer.given else ("optimizer",)
        help_ = "write precision: bfloat16-true or float16 in runtime"
        yield Problem(message, path, "optimizer", help_, (note,))


def _accumulates_all(spec: SetsSteps, flow: Flow | None) -> Iterator[Problem]:
    batches = flow.batches if flow else None
    if batches is None:
        return
    if spec.accumulate > max(1, batches):
        message = f"accumulate is {spec.accumulate}, and an epoch has {batches} batches"
        help_ = "a step ends with the epoch: there is one per epoch"
        yield Problem(message, ("accumulate",), "no-effect", help_)
