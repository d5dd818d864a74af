"""What a stage gives to others, as bytes that are kept, and back again.

Data is not kept: it is loaded again. A network that is not trained yet is built again. Files are the run
directory's own.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, cast

import torch

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.packages import packages_in
from cifar_pipe.data.digest import data_digest
from cifar_pipe.model.digest import model_digest
from cifar_pipe.model.network import Network, build, build_on_meta
from cifar_pipe.model.weights.versions import state_dict, versions_of
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.runner.seeds import seed_of
from cifar_pipe.runner.store.keys import digest_of, plain
from cifar_pipe.runner.store.store import MODEL, Damaged, Entry
from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.train.spec import Train
from cifar_pipe.training.job import Best, History


def digest(output: str, value: Any) -> str:
    """What stands for the value of an output: equal where what later stages make of it is equal."""
    match output:
        case "data":
            return data_digest(value)
        case "model":
            return model_digest(value)
        case "history":
            # How long it took is not what later stages are given it for.
            packages = packages_in(value.loss)
            whole = [plain(value.loss), value.epochs, value.steps]
            return digest_of([*whole, packages] if packages else whole)
        case "files":
            return digest_of([hashlib.sha256(path.read_bytes()).hexdigest() for path in value])
        case _:
            return digest_of(value)


def kept(stage: Stage, outputs: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What an entry holds of the outputs: values that JSON can hold, and files."""
    values: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for name, value in outputs.items():
        match name:
            case "model":
                if "model" in stage.inputs:
                    files[MODEL] = _state(value)
                values[name] = {"input_shape": list(value.input_shape)}
            case "history":
                values[name] = _history(value)
            case "metrics":
                values[name] = value
    return values, files


@dataclass(frozen=True, slots=True)
class Loader:
    """Makes the outputs of kept stages of a pipeline again."""

    pipeline: Pipeline
    device: str

    def load(self, output: str, stage: Stage, entry: Entry) -> Any:
        """Raises Damaged."""
        value = entry.content["outputs"][output]["value"]
        match output:
            case "model":
                content = entry.read(MODEL) if entry.has(output) else None
                return self._network(stage, value["input_shape"], content)
            case "history":
                assert isinstance(stage.spec, Train)
                return _history_of(value, stage.spec.loss)
            case _:
                return value

    def untrained(self, stage: Stage, input_shape: Sequence[int]) -> Network:
        """The network that the stage gives, on the CPU, as its build_model begins it."""
        source = self._source(stage)
        spec = cast("BuildModel", source.spec)
        return build(
            spec.layers,
            input_shape,
            seed=seed_of(source, self.pipeline.document.seed),
            by_type=spec.initialize,
            stand_in_allowed=True,
        )

    def _network(self, stage: Stage, input_shape: Sequence[int], content: bytes | None) -> Network:
        """With the weights in `content`, or else untrained."""
        if content is None:
            return self.untrained(stage, input_shape).to(self.device)
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        # The weights are not drawn to be overwritten, nor read from elsewhere.
        spec = cast("BuildModel", self._source(stage).spec)
        network = build_on_meta(spec.layers, input_shape)
        _take(network, state, assign=True)
        if any(one.is_meta for one in (*network.parameters(), *network.buffers())):
            # Some network has numbers that are not in its state_dict.
            network = self.untrained(stage, input_shape)
            _take(network, state, assign=False)
        return network.to(self.device)

    def _source(self, stage: Stage) -> Stage:
        """The build_model that the stage's network comes from."""
        while "model" in stage.inputs:
            stage = self.pipeline.stage(stage.inputs["model"])
        return stage


def _take(network: Network, state: Mapping[str, Any], *, assign: bool) -> None:
    try:
        network.load_state_dict(state, assign=assign)
    except RuntimeError as error:
        raise Damaged("the kept weights are those of another network") from error


def _state(network: Network) -> bytes:
    state = network.state_dict()
    tensors = {name: one.detach().cpu() for name, one in state.items()}
    buffer = io.BytesIO()
    torch.save(state_dict(tensors.items(), versions_of(state)), buffer)
    return buffer.getvalue()


def _history(history: History) -> dict[str, Any]:
    shown = {field.name: getattr(history, field.name) for field in fields(history)}
    best = asdict(history.best) if history.best else None
    rows = [dict(row) for row in history.rows]
    return {
        **shown,
        "loss": plain(history.loss),
        "best": best,
        "rows": rows,
        "choices": dict(history.choices),
    }


def _history_of(value: Mapping[str, Any], loss: Component) -> History:
    """`loss` is that of the pipeline; the weights of classes, if they followed from the data, are kept."""
    if (
        isinstance(weight := value["loss"].get("weight"), list)
        and loss.given.get("weight") != weight
    ):
        arguments = loss.arguments.model_copy(update={"weight": weight})
        loss = replace(loss, arguments=arguments)
    best = Best(**value["best"]) if value["best"] else None
    return History(**{**value, "loss": loss, "best": best})
