"""All codes of findings: what docs/errors.md is made from."""

from __future__ import annotations

from cifar_pipe.diagnostics.codes.code import Code
from cifar_pipe.diagnostics.codes.composition import COMPOSITION
from cifar_pipe.diagnostics.codes.data import DATA
from cifar_pipe.diagnostics.codes.networks import NETWORKS
from cifar_pipe.diagnostics.codes.stages import STAGES
from cifar_pipe.diagnostics.codes.syntax import SYNTAX
from cifar_pipe.diagnostics.codes.values import VALUES
from cifar_pipe.diagnostics.codes.warnings import WARNINGS

CODES: dict[str, Code] = {
    **SYNTAX,
    **VALUES,
    **COMPOSITION,
    **STAGES,
    **DATA,
    **NETWORKS,
    **WARNINGS,
}
