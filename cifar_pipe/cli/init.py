"""cifar-pipe init: a commented pipeline to start from."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cifar_pipe.cli.terminal import echo

STARTS = {
    "lenet": "the tutorial's network on CIFAR-10",
    "folder": "a small network on images of your own",
    "resnet": "a pretrained ResNet-18 on images of your own",
    "digits": "handwritten digits, trained in seconds (needs scikit-learn)",
}
# Copies of pipelines/networks, which docs/generate.py keeps current.
NETWORKS = {
    "alexnet": "AlexNet on enlarged CIFAR-10 images",
    "convmixer256_8": "ConvMixer-256/8 on CIFAR-10",
    "densenet40": "DenseNet-40 (k = 12) on CIFAR-10",
    "lenet5": "LeNet-5 on grey CIFAR-10 images",
    "mobilenet_v2": "MobileNetV2 on CIFAR-10",
    "resnet18": "ResNet-18 on CIFAR-10",
    "resnet20": "ResNet-20 on CIFAR-10",
    "resnet56": "ResNet-56 on CIFAR-10",
    "vgg11": "VGG-11 on enlarged CIFAR-10 images",
    "vgg16": "VGG-16 on enlarged CIFAR-10 images",
    "vit_small": "A small vision transformer on CIFAR-10",
    "wideresnet28_10": "WideResNet-28-10 on CIFAR-10",
}
TEMPLATES = {**STARTS, **NETWORKS}
ON_IMAGES = ("folder", "resnet")
FILE_NAME = "pipeline.yaml"
SCHEMA = "schemas/pipeline.schema.json"
_LISTED = "; ".join(f"{name}: {what}" for name, what in STARTS.items())
_NETWORKS = f"or a network from its paper, layer by layer: {', '.join(NETWORKS)}"


def _templates(incomplete: str) -> list[str]:
    return [name for name in TEMPLATES if name.startswith(incomplete)]


def command(
    path: Annotated[
        Path, typer.Argument(help=f"The new file, or the folder to write {FILE_NAME} into.")
    ] = Path(FILE_NAME),
    template: Annotated[
        str,
        typer.Option(
            "--template",
            metavar="NAME",
            help=f"What to start from. {_LISTED}; {_NETWORKS}.",
            show_default="lenet, or with --images folder",
            autocompletion=_templates,
        ),
    ] = "",
    images: Annotated[
        Path | None,
        typer.Option(
            "--images",
            metavar="FOLDER",
            help="Images of your own, in one folder per class, that the pipeline is to train on: "
            f"for the templates {' and '.join(ON_IMAGES)}.",
        ),
    ] = None,
) -> None:
    """Writes a commented pipeline to start from."""
    import shlex

    from cifar_pipe.errors import OutputError, UsageError
    from cifar_pipe.files import write_text

    template = template or ("folder" if images else "lenet")
    text = template_text(template)
    if images is not None:
        text = _on_images(text, template, images)
    target = path if path.suffix in (".yaml", ".yml") else path / FILE_NAME
    if target.exists() or target.is_symlink():
        message = f"{target} exists already and is left as it is"
        raise UsageError(message, help="name another file: cifar-pipe init PATH.yaml")
    schema = _schema_for(target)
    try:
        write_text(target, _placed(text, template, target, schema))
    except OutputError as error:
        raise OutputError(error.message, help="name another place: cifar-pipe init PATH") from error
    shown = shlex.quote(str(target))
    echo(f"{target}: written, {TEMPLATES[template]}", err=True)
    if not schema.exists():
        _write_schema(schema)
    data = "--data " if template in ON_IMAGES else ""
    echo(f"next: cifar-pipe validate {data}{shown}", err=True)
    echo(f"      cifar-pipe run {shown}", err=True)


def template_text(name: str) -> str:
    """The template's text. Raises UsageError if there is none of that name."""
    from importlib.resources import files

    from cifar_pipe.diagnostics.suggest import meant
    from cifar_pipe.errors import UsageError

    if name not in TEMPLATES:
        templates = f"templates are: {', '.join(TEMPLATES)}"
        help_ = (*filter(None, [meant(name, TEMPLATES)]), templates)
        raise UsageError(f"there is no template `{name}`", help=help_)
    return files("cifar_pipe").joinpath("templates", f"{name}.yaml").read_text(encoding="utf-8")


def _on_images(text: str, template: str, folder: Path) -> str:
    """The template with the folder in place of its own. Raises UsageError where it is not one."""
    from cifar_pipe.data.datasets.folders.split_folders import arguments_for
    from cifar_pipe.errors import UsageError
    from cifar_pipe.syntax.writer import in_line

    if template not in ON_IMAGES:
        help_ = f"--template {' or '.join(ON_IMAGES)}"
        raise UsageError(f"--images is not for the template {template}", help=help_)
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}", help="name one with a folder per class")
    dataset = {"type": "ImageFolder", **arguments_for(folder, test_split=0.2)}
    return text.replace("{type: ImageFolder, root: images}", in_line(dataset), 1)


def _schema_for(target: Path) -> Path:
    """The schema of a folder above the new file; else one to be written here, or beside the file."""
    folders = target.parent.resolve().parents
    for folder in (target.parent.resolve(), *folders):
        if (folder / SCHEMA).is_file():
            return folder / SCHEMA
    here = Path.cwd()
    return (here if here in folders else target.parent.resolve()) / SCHEMA


def _placed(text: str, template: str, target: Path, schema: Path) -> str:
    """The template with the paths that hold where it is written."""
    import shlex

    path = Path(os.path.relpath(schema, target.parent.resolve())).as_posix()
    return text.replace(f"../../{SCHEMA}", path, 1).replace(
        f"pipelines/networks/{template}.yaml", shlex.quote(str(target))
    )


def _write_schema(schema: Path) -> None:
    from cifar_pipe.errors import OutputError
    from cifar_pipe.files import write_text
    from cifar_pipe.schema.document import schema_text

    here = Path.cwd()
    shown = schema.relative_to(here) if schema.is_relative_to(here) else schema
    try:
        write_text(schema, schema_text())
    except OutputError as error:
        echo(f"without completion in editors: {error.message}", err=True)
    else:
        echo(f"{shown}: written, for completion and errors in editors", err=True)
