"""Writes an exported model that has proved itself."""

from __future__ import annotations

from pathlib import Path

from cifar_pipe.errors import RunError
from cifar_pipe.export.artifact import Artifact
from cifar_pipe.export.card import Card
from cifar_pipe.export.models import ModelFile, model_format
from cifar_pipe.export.verify import Verdict, verify
from cifar_pipe.files import write_bytes


def write_model(path: Path, format_: str, artifact: Artifact) -> Verdict:
    """Raises RunError where the format cannot hold the network, or gives something else."""
    module = model_format(format_)
    content = module.write(artifact)
    text = module.read_card(content)
    assert text is not None
    verdict = verify(ModelFile(path, format_, content, Card.read(text)))
    if not verdict.holds:
        raise RunError(
            f"{path} is not written: {verdict.runtime} differs from the run by "
            f"{verdict.difference:.2g}, and rounding explains {verdict.allowed:.2g}",
            help="another --format may give the same",
        )
    write_bytes(path, content)
    return verdict
