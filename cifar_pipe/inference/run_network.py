"""A trained network as its run left it: rebuilt from the run directory and the kept results alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from cifar_pipe.context import Context
from cifar_pipe.errors import RunError, UsageError
from cifar_pipe.events import Events
from cifar_pipe.inference.classifier import Classifier
from cifar_pipe.inference.run_pipeline import data_stage_of, run_pipeline
from cifar_pipe.model.network import Network
from cifar_pipe.model.weights.files import read_weights
from cifar_pipe.model.weights.loading import load_weights
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.runner.rundir import STORE, read_state
from cifar_pipe.runner.store.outputs import Loader
from cifar_pipe.runner.store.store import Damaged, Store
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.save.spec import Save
from cifar_pipe.training.checkpoints.folder import LAST_WEIGHTS


@dataclass(frozen=True)
class RunNetwork(Classifier):
    """The network of a run; `pipeline` is what the run was of. `stage` gave the network, and
    `data_stage` loaded the images. `evaluation_engine` is the one that the run's training chose for its outputs.
    """

    pipeline: Pipeline
    stage: Stage
    data_stage: Stage
    info: Mapping[str, Any]
    evaluation_engine: str | None = None

    def context(self, run: Path, device: str, events: Events) -> Context:
        """For computing on the device as the run did."""
        runtime = self.pipeline.document.runtime
        return Context(
            stage="predict",
            seed=self.pipeline.document.seed,
            device=device,
            run_dir=run,
            folder=run,
            events=events,
            record=lambda _: None,
            check_signal=lambda: None,
            threads=runtime.threads,
            precision=runtime.precision,
            memory_format=runtime.memory_format,
            engine=runtime.engine,
        )


def load_run_network(run: Path, stage_id: str | None, device: str, events: Events) -> RunNetwork:
    """The network that the last stage of the run gave, or the stage `stage_id`.

    Raises RunError where the run directory does not say what it was, or its weights are not there,
    and UsageError for a stage that gives no network.
    """
    pipeline = run_pipeline(run)
    state = read_state(run)
    givers = [one for one in pipeline.stages if "model" in one.type.spec.GIVES]
    if stage_id is not None:
        givers = [one for one in givers if one.id == stage_id] or _no_such_stage(stage_id, givers)
    elif trained := [one for one in givers if not isinstance(one.spec, BuildModel)]:
        givers = trained
    source = _Source(run, pipeline, state, device, events)
    for giver in reversed(givers):
        data_stage = data_stage_of(pipeline, giver)
        info = _info(run, data_stage.id, state)
        network = source.network(giver, info)
        if network is None:
            continue
        if giver is not givers[-1]:
            events.warn(f"{givers[-1].id} left no weights: those of {giver.id} are used")
        return RunNetwork(
            network,
            _classes(network, info),
            cast("LoadData", data_stage.spec),
            pipeline,
            giver,
            data_stage,
            info,
            state.get("evaluation_engine"),
        )
    raise RunError(
        f"there are no weights of {givers[-1].id if givers else 'a network'} for the run {run}",
        help="run the pipeline again: what is kept below runs/.store is used",
    )


def _no_such_stage(stage_id: str, givers: Sequence[Stage]) -> list[Stage]:
    help_ = f"these do: {', '.join(one.id for one in givers)}" if givers else ()
    raise UsageError(f"the run has no stage {stage_id} that gives a network", help=help_)


def _info(run: Path, stage: str, state: dict[str, Any]) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        found = json.loads((run / "stages" / stage / "data.json").read_text(encoding="utf-8"))
        if isinstance(found, dict) and "image_shape" in found:
            return found
    if isinstance(found := state.get("data"), dict) and "image_shape" in found:
        return found
    raise RunError(f"{run} does not say what its images and classes are: it ended before {stage}")


def _classes(network: Network, info: dict[str, Any]) -> tuple[str, ...]:
    classes, shape = tuple(info["classes"]), network.rows[-1].output_shape
    if classes and shape != (len(classes),):
        gives = " x ".join(map(str, shape))
        raise RunError(
            f"the network gives {gives} outputs, and the data has {len(classes)} classes"
        )
    return classes


@dataclass(frozen=True, slots=True)
class _Source:
    """Where weights are looked for: the best kept first."""

    run: Path
    pipeline: Pipeline
    state: dict[str, Any]
    device: str
    events: Events

    def network(self, giver: Stage, info: dict[str, Any]) -> Network | None:
        if (network := self._kept(giver)) is not None:
            return network
        for path, words in self._files(giver):
            if not path.is_file():
                continue
            try:
                network = self._loaded(giver, info, path)
            except RunError as error:
                self.events.warn(error.message)
                continue
            if words:
                self.events.warn(words)
            self.events.note(f"weights: {path}")
            return network.to(self.device)
        return None

    def _kept(self, giver: Stage) -> Network | None:
        key = self.state.get("stages", {}).get(giver.id, {}).get("key")
        if not isinstance(key, str):
            return None
        above = self.run.absolute().parents
        # Beside it, in runs/NAME/TIME; below where it was started, for one with a --run-dir.
        roots = [*(one / name for one in above for name in (STORE.name, STORE)), STORE]
        try:
            entry = next(filter(None, (Store(root).find(key) for root in roots)), None)
            if entry is None or "model" not in entry.content["outputs"]:
                return None
            found = Loader(self.pipeline, self.device).load("model", giver, entry)
        except Damaged as error:
            self.events.warn(f"{error}; other weights of this run are looked for")
            return None
        network = cast("Network", found)
        self.events.note(f"weights: the kept result of {giver.id}, {entry.path}")
        return network

    def _files(self, giver: Stage) -> Iterator[tuple[Path, str]]:
        """With what is to be said of each."""
        for one in self.pipeline.stages:
            if isinstance(one.spec, Save) and one.inputs.get("model") == giver.id:
                yield self.run / one.spec.path, ""
        stopped = f"{giver.id} was interrupted: its weights are those of where it stopped"
        yield self.run / "checkpoints" / giver.id / LAST_WEIGHTS, stopped

    def _loaded(self, giver: Stage, info: dict[str, Any], path: Path) -> Network:
        weights = read_weights(path)
        network = Loader(self.pipeline, self.device).untrained(giver, info["image_shape"])
        load_weights(network, weights)
        return network
