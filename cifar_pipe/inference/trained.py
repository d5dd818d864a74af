"""The network of a run and what its images go through, from the run alone: its pipeline, and the
weights that it has kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from cifar_pipe.catalog.images.data_facts import data_facts, dataset_facts
from cifar_pipe.catalog.images.transform_flow import of_split
from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.transforms import torchvision_v2 as v2
from cifar_pipe.data.transforms.chain import compile_chain
from cifar_pipe.data.transforms.randomness import Draws
from cifar_pipe.errors import RunError, UsageError
from cifar_pipe.model.network import Network
from cifar_pipe.pipeline.pipeline import Pipeline, Stage
from cifar_pipe.runner.rundir import STORE
from cifar_pipe.runner.store.outputs import Loader
from cifar_pipe.runner.store.store import Damaged, Store
from cifar_pipe.stages.load_data.spec import LoadData

OneImage = str | PathLike[str] | Image.Image | Tensor
_INTO_BATCHES = "add {type: Resize, size: [height, width]} to the transforms and train again"


def network_of(run_dir: Path, pipeline: Pipeline, state: Mapping[str, Any]) -> Network:
    """What the last stage that gives a network has given, on the CPU, for evaluation. Each byte of the
    kept weights is verified by the digest that was written with it.

    Raises RunError where no stage gave one, and where it is not kept any more, or damaged.
    """
    stage = giver_of(pipeline)
    key = state.get("stages", {}).get(stage.id, {}).get("key") if stage is not None else None
    if stage is None or key is None:
        raise RunError(f"no stage of the run {run_dir} has given a network that is kept")
    stores = dict.fromkeys((*(above / STORE.name for above in run_dir.absolute().parents), STORE))
    again = f"run {run_dir / 'resolved.yaml'} again"
    for root in stores:
        try:
            if entry := Store(root).find(key):
                network: Network = Loader(pipeline, "cpu").load("model", stage, entry)
                return network.eval()
        except Damaged as error:
            raise RunError(f"the network of {run_dir} is damaged: {error}", help=again) from error
    message = f"the network that {stage.id} gave in {run_dir} is not kept any more"
    raise RunError(message, help=again)


def giver_of(pipeline: Pipeline) -> Stage | None:
    """The last stage that gives a network."""
    givers = [stage for stage in pipeline.stages if "model" in stage.spec.GIVES]
    return givers[-1] if givers else None


def data_stage_of(pipeline: Pipeline) -> Stage | None:
    """The stage that loads the data of the last network: of its training, or of what it is used for."""
    giver = giver_of(pipeline)
    if giver is None:
        return None
    users = (stage for stage in pipeline.stages if stage.inputs.get("model") == giver.id)
    for stage in (giver, *users):
        if "data" in stage.inputs:
            return pipeline.stage(stage.inputs["data"])
    return None


@dataclass(frozen=True)
class Transforms:
    """What images outside of a training go through, as the run declares it.

    Called with one image or several, it gives float32 `[N, C, H, W]`. An image is the path of a file,
    an image of Pillow's, or a tensor uint8 `[C, h, w]`, 0 to 255. `input_shape` is what the network takes of each.
    """

    data: LoadData
    input_shape: tuple[int, ...]

    def __call__(self, images: OneImage | Iterable[OneImage]) -> Tensor:
        """Raises UsageError for an image of another size than the network takes, DataBroken for a file
        that cannot be used.
        """
        several = [images] if isinstance(images, str | PathLike | Image.Image) else images
        if isinstance(several, Tensor) and several.ndim == 3:
            several = [several]
        chain = compile_chain(of_split(self.data.transforms, "test", training=False))
        first = torch.zeros(1, dtype=torch.int64)
        changed = [
            chain(self._raw(one).unsqueeze(0), first, Draws(0, 0, 1))[0].float() for one in several
        ]
        for one in changed:
            if tuple(one.shape) != self.input_shape:
                found, taken = ("x".join(map(str, s)) for s in (one.shape, self.input_shape))
                message = f"the network takes images of {taken}, and one is {found}"
                raise UsageError(f"{message} after the transforms", help=_INTO_BATCHES)
        return torch.stack(changed) if changed else torch.zeros(0, *self.input_shape)

    def _raw(self, image: OneImage) -> Tensor:
        """As the dataset's images are stored: uint8, with as many channels."""
        facts = dataset_facts(self.data.dataset)
        is_folder = not (facts.generated or facts.downloadable)
        reader = ImageReader.of(self.data.dataset) if is_folder else ImageReader()
        match image:
            case Tensor():
                self._check(image)
                return image
            case Image.Image():
                seen = reader.convert(image)
            case np.ndarray():
                message = "an image is a path, one of Pillow's or a tensor, not an array"
                raise UsageError(message, help="PIL.Image.fromarray(array)")
            case _:
                seen = reader.read(Path(image))
        is_gray = data_facts(self.data.dataset).image.channels == 1
        made: Tensor = v2.functional.rgb_to_grayscale(seen) if is_gray else seen
        return made

    def _check(self, image: Tensor) -> None:
        stored = data_facts(self.data.dataset).image
        kind = getattr(torch, stored.dtype)
        channels = stored.channels or 3
        if image.ndim != 3 or len(image) != channels or image.dtype != kind:
            found = f"{str(image.dtype).removeprefix('torch.')} {list(image.shape)}"
            raise UsageError(f"an image is {stored.dtype} [{channels}, h, w], not {found}")
