"""cifar-pipe init: a commented pipeline to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

TEMPLATES = {
    "lenet": "the tutorial's network on CIFAR-10",
    "folder": "a small network on images of your own",
    "resnet": "a pretrained ResNet-18 on images of your own",
    "digits": "handwritten digits, trained in seconds (needs scikit-learn)",
}
FILE_NAME = "pipeline.yaml"
_LISTED = "; ".join(f"{name}: {what}" for name, what in TEMPLATES.items())


def command(
    path: Annotated[
        Path, typer.Argument(help=f"The new file, or the folder to write {FILE_NAME} into.")
    ] = Path(FILE_NAME),
    template: Annotated[
        str, typer.Option("--template", metavar="NAME", help=f"What to start from. {_LISTED}.")
    ] = "lenet",
) -> None:
    """Writes a commented pipeline to start from."""
    import shlex

    from cifar_pipe.errors import OutputError, UsageError
    from cifar_pipe.files import write_text

    text = template_text(template)
    target = path if path.suffix in (".yaml", ".yml") else path / FILE_NAME
    if target.exists() or target.is_symlink():
        message = f"{target} exists already and is left as it is"
        raise UsageError(message, help="name another file: cifar-pipe init PATH.yaml")
    try:
        write_text(target, text)
    except OutputError as error:
        raise OutputError(error.message, help="name another place: cifar-pipe init PATH") from error
    shown = shlex.quote(str(target))
    typer.echo(f"{target}: written, {TEMPLATES[template]}", err=True)
    typer.echo(f"next: cifar-pipe validate {shown}", err=True)
    typer.echo(f"      cifar-pipe run {shown}", err=True)


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
