"""ONNX: one file, with the card among the model's metadata."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import warnings
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from cifar_pipe.errors import RunError
from cifar_pipe.export.artifact import Artifact
from cifar_pipe.export.card import KEY, Card
from cifar_pipe.export.packages import needed
from cifar_pipe.export.program import INPUT

# All operators that are used are in it, and runtimes of the last years have it.
_OPSET = 18


def write(artifact: Artifact) -> bytes:
    """Raises RunError where the network cannot be expressed in ONNX."""
    for module in ("onnx", "onnxscript"):
        needed("onnx", module)
    card = artifact.card()
    try:
        with _quiet():
            made = torch.onnx.export(
                artifact.program,
                dynamo=True,
                input_names=[INPUT],
                output_names=artifact.outputs,
                opset_version=_OPSET,
                external_data=False,
                verbose=False,
            )
            assert made is not None
            properties = made.model.metadata_props
            properties[KEY] = card.model_dump_json()
            # For those that read no more than these.
            properties["classes"] = json.dumps(card.classes)
            properties["model_card"] = card.card
            made.model.doc_string = card.card
            content: bytes = made.model_proto.SerializeToString()
    except RunError:
        raise
    except Exception as error:
        # Of many kinds, from three packages.
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise RunError(
            f"the network cannot be written as ONNX: {first}",
            help="as pt2 or safetensors it may be",
        ) from error
    return content


def read_card(content: bytes) -> str | None:
    """None where it is no ONNX model, or one of somebody else's. Raises RunError where it refers to
    other files, which are not read.
    """
    onnx = needed("onnx", "onnx")
    try:
        model = onnx.load_model_from_string(content)
    except Exception:  # noqa: BLE001 - of protobuf's, which has two implementations
        return None
    if not model.ir_version or not model.graph.node:
        return None
    external = onnx.TensorProto.EXTERNAL
    if any(one.data_location == external for one in model.graph.initializer):
        raise RunError("its weights are in another file, which is not read")
    return next((one.value for one in model.metadata_props if one.key == KEY), None)


def opened(content: bytes, card: Card) -> tuple[Callable[[Tensor], Tensor], str]:
    """What gives the outputs of images, and the name of what computes them."""
    # It sends telemetry otherwise.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    runtime = needed("onnx", "onnxruntime")
    options = runtime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        # pybind11 gives each status a type of its own.
        raise RunError(f"onnxruntime cannot load it: {_first_line(error)}") from error

    def outputs(images: Tensor) -> Tensor:
        try:
            [given] = session.run([card.output], {INPUT: images.numpy()})
        except Exception as error:
            raise RunError(f"onnxruntime cannot run it: {_first_line(error)}") from error
        return torch.from_numpy(given)

    return outputs, f"onnxruntime {runtime.__version__}"


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """The exporter logs and prints what it does."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
