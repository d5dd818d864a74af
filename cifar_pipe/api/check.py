"""`cifar_pipe.check`: everything that would keep a pipeline from running, as `cifar-pipe validate`."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from cifar_pipe.api.given import Overrides, Pipeline, overrides_of, source_of
from cifar_pipe.api.words import with_details
from cifar_pipe.diagnostics.findings import Finding, Findings, NotKnown
from cifar_pipe.diagnostics.render import not_known_to_text, to_text


@dataclass(frozen=True, slots=True, repr=False)
class Checked(Sequence[Finding]):
    """What was found, errors and warnings by their place: a sequence of findings.

    `not_known` are checks that could not be made, with what each needs. As text it is what
    `cifar-pipe validate` prints.
    """

    findings: tuple[Finding, ...]
    not_known: tuple[NotKnown, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the pipeline would run: nothing was found but warnings."""
        return not self.errors

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if not one.is_warning)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.is_warning)

    def __len__(self) -> int:
        return len(self.findings)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        return self.findings[index]

    def __str__(self) -> str:
        parts = [to_text(self.findings), not_known_to_text(self.not_known)]
        return "\n".join(filter(None, parts)).rstrip() or "ok"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def check(pipeline: Pipeline, overrides: Overrides = (), *, data: bool = False) -> Checked:
    """Everything that would keep the pipeline from running; nothing is run.

    `pipeline` is a path, or a mapping of what a file would hold: it is written as YAML, and its
    findings point into that text. `overrides` are `{"train.optimizer.lr": 0.01}`, or texts as after
    `-S`. With `data` the data on disk is read and checked as well.

    Raises UsageError where a file cannot be read, or an override has no value.
    """
    from cifar_pipe.checks.check import check as check_pipeline  # noqa: PLC0415 (pydantic)
    from cifar_pipe.checks.context import CheckOptions  # noqa: PLC0415
    from cifar_pipe.checks.data_flow import declared  # noqa: PLC0415
    from cifar_pipe.runner.prepare import probed_into, report_never_known  # noqa: PLC0415

    findings = Findings()
    with with_details():
        check_pipeline(
            source_of(pipeline),
            overrides_of(overrides),
            findings,
            facts_of=probed_into(findings) if data else declared,
            options=CheckOptions(read_weights=data),
        )
    if data:
        report_never_known(findings)
        if findings:
            # What is not known may only follow from what was found there.
            findings.not_known.clear()
    return Checked(tuple(findings.all_sorted()), tuple(findings.not_known))
