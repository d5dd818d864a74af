"""`classes` names each class of the dataset, once, and none by another's name."""

from __future__ import annotations

from cifar_pipe.catalog.images.class_naming import naming_problems
from cifar_pipe.checks.context import CheckContext

CODES = ("classes",)
NEEDS_TORCH = False


def check(context: CheckContext) -> None:
    for flow in context.flows.values():
        names, facts = flow.spec.classes, flow.dataset_facts
        context.report(flow.stage, *naming_problems(facts.classes, facts.num_classes, names))
        if names is not None and facts.classes is None and facts.target_shape is None:
            what = f"whether classes in {flow.stage.id} fits the names of the folders"
            context.not_known(what, "--data", flow.stage, "classes")
