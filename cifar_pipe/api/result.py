"""`cifar_pipe.load`, and what it and `cifar_pipe.run` give: a run, read from its directory."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cifar_pipe.api.page import Page
from cifar_pipe.api.words import QuietEvents, with_details
from cifar_pipe.errors import RunError
from cifar_pipe.inference.prediction import Prediction

if TYPE_CHECKING:
    from torch import Tensor, nn

    from cifar_pipe.inference.one_image import OneImage
    from cifar_pipe.inference.run_network import RunNetwork
    from cifar_pipe.pipeline.pipeline import Pipeline


class Result:
    """A run. All of it is read from its directory when it is asked for first."""

    def __init__(self, run_dir: Path) -> None:
        self.run_dir = run_dir

    @cached_property
    def state(self) -> Mapping[str, Any]:
        """What run.json holds: versions, device, seed, data, stages. Raises RunError where it cannot be
        read.
        """
        from cifar_pipe.runner.rundir import read_state  # noqa: PLC0415

        state = read_state(self.run_dir)
        if not state:
            raise RunError(f"{self.run_dir / 'run.json'} cannot be read")
        return state

    @property
    def metrics(self) -> Mapping[str, Mapping[str, Any]]:
        """By the id of each evaluation; shares are fractions: `{"evaluate": {"accuracy": 0.969}}`."""
        found: Mapping[str, Mapping[str, Any]] = self.state["metrics"]
        return found

    @property
    def seconds(self) -> float | None:
        """How long the run took, the last time that it went on; None while it runs."""
        seconds: float | None = self.state.get("seconds")
        return seconds

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        """The rows of metrics.jsonl: what each training logged, with its `stage`."""
        rows = []
        with suppress(FileNotFoundError):
            for line in (self.run_dir / "metrics.jsonl").read_text(encoding="utf-8").splitlines():
                with suppress(ValueError):
                    rows.append(json.loads(line))
        return rows

    @property
    def report(self) -> Path:
        """The page of the run."""
        from cifar_pipe.stages.report.spec import Report  # noqa: PLC0415 (pydantic)

        paths = [one.spec.path for one in self._pipeline.stages if isinstance(one.spec, Report)]
        return self.run_dir / (paths[-1] if paths else "report.html")

    def page(self, height: int = 700) -> Page:
        """The page of the run, to be shown in a notebook, so many pixels high. A notebook that is saved holds
        all of it, about a megabyte.
        """
        if self.report.is_file():
            return Page(self.report.read_text(encoding="utf-8"), height)
        from cifar_pipe.report.page import render  # noqa: PLC0415 (torch)

        return Page(render(self.run_dir), height)

    @property
    def model(self) -> nn.Module:
        """What the last stage that trains or loads a network has given, on the CPU and in evaluation
        mode. Its weights are verified; where those are gone, the ones that the run has saved are taken.
        Raises RunError where there are none.
        """
        return self._trained.network

    @cached_property
    def transforms(self) -> Callable[[OneImage | Iterable[OneImage]], Tensor]:
        """A function of one image or several that gives what `model` takes, float32 `[N, C, H, W]`: the
        transforms of the run's test images. An image is a path, one of Pillow's, or a tensor uint8
        `[C, h, w]`; what has another size than those is brought to it.
        """
        from cifar_pipe.inference.transforms import Transforms  # noqa: PLC0415 (torch)

        return Transforms(self._trained.data, self.input_shape)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Of one image that `model` takes, `(C, H, W)`."""
        return self._trained.network.input_shape

    @property
    def classes(self) -> tuple[str, ...]:
        """Their names in the order of the network's outputs; none where the targets are numbers."""
        return self._trained.classes

    @cached_property
    def _trained(self) -> RunNetwork:
        from cifar_pipe.inference.run_network import load_run_network  # noqa: PLC0415 (torch)

        with with_details():
            found = load_run_network(self.run_dir, None, "cpu", QuietEvents())
        found.network.eval()
        return found

    def predict(self, images: OneImage | Iterable[OneImage]) -> list[Prediction]:
        """What the network takes each image for, with all classes. Raises as `transforms` does, and
        RunError where there are no classes.
        """
        from cifar_pipe.data.image_files.unusable import UnusableFiles  # noqa: PLC0415 (torch)
        from cifar_pipe.inference.one_image import images_of  # noqa: PLC0415 (torch)
        from cifar_pipe.inference.predict import Predictor  # noqa: PLC0415 (torch)

        with with_details():
            context = self._trained.context(self.run_dir, "cpu", QuietEvents())
            engine = self._trained.evaluation_engine
            predictor = Predictor(self._trained, context, engine=engine)
            found = [*predictor.predictions(images_of(images))]
            if predictor.unusable:
                raise UnusableFiles(predictor.unusable)
        return found

    @cached_property
    def _pipeline(self) -> Pipeline:
        from cifar_pipe.checks.check import typed  # noqa: PLC0415 (pydantic)
        from cifar_pipe.diagnostics.findings import Findings  # noqa: PLC0415
        from cifar_pipe.diagnostics.render import to_text  # noqa: PLC0415
        from cifar_pipe.errors import PipelineError  # noqa: PLC0415

        findings = Findings()
        pipeline = typed(self.run_dir / "resolved.yaml", [], findings)
        if pipeline is None or findings:
            raise PipelineError(findings.sorted(), text=to_text(findings.sorted()).rstrip())
        return pipeline

    def __repr__(self) -> str:
        words = (f"{stage} {_shown(values)}" for stage, values in self.metrics.items())
        return "  ".join((f"Result({str(self.run_dir)!r})", *words))

    def _repr_html_(self) -> str:
        """A table of what was measured, and a link to the page."""
        rows = "".join(
            f"<tr><td>{html.escape(stage)}</td><td>{html.escape(_shown(values))}</td></tr>"
            for stage, values in self.metrics.items()
        )
        page = html.escape(Path(os.path.relpath(self.report)).as_posix())
        name = html.escape(str(self.run_dir))
        link = f'<a href="{page}" target="_blank">{page}</a>'
        took = f", {self.seconds:.1f} s" if self.seconds is not None else ""
        return f"<p><b>{name}</b>{took}</p><table>{rows}</table><p>{link}</p>"


def load(run: str | os.PathLike[str]) -> Result:
    """A finished run: of its directory, or the newest below runs/ whose pipeline has this name.

    Raises UsageError where there is none.
    """
    from cifar_pipe.inference.find_run import find_run  # noqa: PLC0415 (torch)

    with with_details():
        return Result(find_run(os.fspath(run)))


def _shown(values: Mapping[str, Any]) -> str:
    numbers = {name: one for name, one in values.items() if isinstance(one, float)}
    return ", ".join(f"{name} {one:.4g}" for name, one in numbers.items())
