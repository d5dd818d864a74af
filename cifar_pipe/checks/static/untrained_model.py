"""Networks that are used without the weights that a training, or a file, gives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cifar_pipe.catalog.core.layer_lists import every_layer
from cifar_pipe.checks.context import CheckContext
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.pipeline.pipeline import Stage
from cifar_pipe.pipeline.roles import TakesFolder, TakesSplit
from cifar_pipe.stages.build_model.spec import BuildModel

CODES = ("untrained", "no-effect")
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    stages = context.pipeline.stages
    for index, load in enumerate(stages):
        if _loads(load) and not any(_takes_from(load, one) for one in stages[index + 1 :]):
            context.report(load, _loaded_for_nobody(load, stages[:index]))
    for built in filter(_is_random, stages):
        users = [one for one in stages if _takes_from(built, one) and _shows_weights(one, stages)]
        for user, problem in _untrained(built, users, stages):
            context.report(user, problem)


def _takes_from(giver: Stage, stage: Stage) -> bool:
    return stage.inputs.get("model") == giver.id


def _loads(stage: Stage) -> bool:
    """Whether it gives other weights to a network without training it."""
    gives, needs = stage.spec.GIVES, stage.spec.needs()
    return "model" in gives and "history" not in gives and "model" in needs


def _is_random(stage: Stage) -> bool:
    """Whether the stage builds a network, and none of its layers has trained weights."""
    return isinstance(stage.spec, BuildModel) and not any(
        layer.given.get("weights") or layer.given.get("weights_file")
        for _, layer in every_layer(stage.spec.layers)
    )


def _shows_weights(stage: Stage, stages: Sequence[Stage]) -> bool:
    """Whether it measures or saves the network; weights may be saved to be loaded again."""
    if stage.spec.WRITES:
        return not any(one.inputs.get("files") == stage.id for one in stages)
    return _measures(stage)


def _measures(stage: Stage) -> bool:
    return "model" in stage.inputs and isinstance(stage.spec, TakesSplit | TakesFolder)


def _loaded_for_nobody(load: Stage, above: Sequence[Stage]) -> Problem:
    message = f"nothing takes the network with the weights that {load.id} loads"
    # Above the stage that writes its file it cannot be.
    ids = [one.id for one in above]
    file = load.inputs.get("files")
    measuring = above[ids.index(file) if file else 0 :]
    first = next((one for one in measuring if _measures(one)), None)
    if first is None:
        return Problem(message, (), "no-effect", f"leave {load.id} out, or evaluate below it")
    help_ = f"move {load.id} above {first.id}"
    related = ((first.id_span, f"{first.id} takes the network of {first.inputs['model']}"),)
    return Problem(f"{message}: {first.id} is above", (), "no-effect", help_, related=related)


def _untrained(
    built: Stage, users: Sequence[Stage], stages: Sequence[Stage]
) -> Iterator[tuple[Stage, Problem]]:
    """Each use above what would train the network or load its weights, or the first of all."""
    givers = [one for one in stages if _takes_from(built, one) and "model" in one.spec.GIVES]
    for user in users:
        takes = f"{user.id} takes the network as {built.id} built it, with random weights"
        below = stages[stages.index(user) + 1 :]
        if giver := next((one for one in givers if one in below), None):
            # The same once more below, of the trained network: to compare the two.
            again = any(one.type is user.type and not _takes_from(built, one) for one in below)
            if not again:
                does = "loads its weights" if _loads(giver) else "trains it"
                help_ = f"move {user.id} below {giver.id}"
                related = ((giver.id_span, f"{giver.id} is below"),)
                message = f"{takes}: {giver.id} {does} below"
                yield user, Problem(message, (), "untrained", help_, related=related)
        elif not givers:
            others = [one.id for one in users if one is not user]
            do = "do" if len(others) > 1 else "does"
            notes = (f"so {do} {' and '.join(others)}",) if others else ()
            message = f"{takes}: nothing trains it"
            help_ = f"put a train or a load above {user.id}, or give a layer weights_file"
            yield user, Problem(message, (), "untrained", help_, notes)
            return
