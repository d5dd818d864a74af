"""All codes of findings: what docs/errors.md is made from."""

from __future__ import annotations

from cifar_pipe.diagnostics.codes.code import Code
from cifar_pipe.diagnostics.codes.language import LANGUAGE
from cifar_pipe.diagnostics.codes.pipeline import PIPELINE
from cifar_pipe.diagnostics.codes.warnings import WARNINGS

CODES: dict[str, Code] = {**LANGUAGE, **PIPELINE, **WARNINGS}
