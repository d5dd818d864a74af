"""The class names of the pipeline beside the classes of the dataset."""

from __future__ import annotations

from collections.abc import Sequence

from cifar_pipe.data.settings import DataSettings
from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import DataBroken


def check_class_names(settings: DataSettings, found: Sequence[str]) -> None:
    """Raises DataBroken where `classes` names a different number of classes than `found`."""
    named = settings.classes
    if named is None or len(named) == len(found):
        return
    names = f": {some(found)}" if found else ""
    raise DataBroken(
        f"classes has {len(named)} names, and {settings.dataset.name} has {len(found)} "
        f"classes{names}",
        help="name every class, in the order of the labels, or leave classes out",
    )
