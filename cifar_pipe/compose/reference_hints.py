"""The nearest right reference to one that names nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import chain
from typing import NamedTuple

from cifar_pipe.catalog.images.presets import MODEL_NAMES
from cifar_pipe.diagnostics.suggest import nearest

DATA_NAMES = ("num_classes", "image_shape", "channels")
LATER: Mapping[str, Collection[str]] = {"data": DATA_NAMES, "model": MODEL_NAMES}
"""The names below `$data` and `$model`, which get their values when everything is in place."""

_SUM = re.compile(r"[\w\s.$+*/%()-]*[+*/%-][\w\s.$+*/%()-]*", re.ASCII)
_BEGINNING = re.compile(r"(vars|data|model|block)\.(\w+)[\w.]*\s*[-+*/%(]")
_BRACES = re.compile(r"[{(]+\s*\$?([\w.:]+)\s*[)}]+")


def is_arithmetic(text: str) -> bool:
    """Whether the text around a reference is numbers and signs."""
    return _SUM.fullmatch(text) is not None and not re.search(r"[a-zA-Z_]", text)


class Names(NamedTuple):
    """The names that a reference could take. `parameters` are None outside of blocks."""

    variables: Collection[str]
    parameters: Collection[str] | None

    def nearest_to(self, reference: str) -> str | None:
        """The nearest right reference, without its `$`."""
        braces = _BRACES.fullmatch(reference)
        if braces is not None:
            name = braces[1].replace(":", ".")
            is_whole = name.startswith(("vars.", "data.", "model.", "block."))
            return name if is_whole else self.nearest_to(name)
        first, _, rest = reference.partition(".")
        heads = ("vars", *LATER) if self.parameters is None else ("vars", *LATER, "block")
        near = nearest(first, heads)
        if near == "block" and not rest and len(self.parameters or ()) == 1:
            return f"block.{next(iter(self.parameters or ()))}"
        by_name = self._by_name(reference.rpartition(".")[2])
        if near is None or (by_name and not rest):
            return by_name
        return f"{near}.{rest or 'NAME'}" if not rest.endswith(".") else None

    def begins_sum(self, reference: str) -> bool:
        """Whether a sum or product follows on a right name, as in `$vars.width * 2`."""
        found = _BEGINNING.match(reference)
        if found is None:
            return False
        names = self._by_head[found[1]]
        return found[2] in names and reference.split(".")[1] not in names

    @property
    def _by_head(self) -> Mapping[str, Collection[str]]:
        return {"block": self.parameters or (), "vars": self.variables, **LATER}

    def _by_name(self, name: str) -> str | None:
        heads = self._by_head.items()
        same = [f"{head}.{name}" for head, names in heads if name in names]
        near = (f"{head}.{one}" for head, names in heads if (one := nearest(name, names)))
        return next(chain(same, near), None)
