"""Where the library datasets keeps what it has downloaded, by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.data.datasets.folders.image_search import shown_name
from cifar_pipe.diagnostics.suggest import meant, some
from cifar_pipe.errors import DataBroken, DataUnavailable


def cache_folder() -> Path:
    """As datasets finds it: https://huggingface.co/docs/datasets/cache"""
    if own := os.environ.get("HF_DATASETS_CACHE"):
        return Path(own).expanduser()
    home = os.environ.get("HF_HOME")
    if home is None:
        home = os.path.join(os.environ.get("XDG_CACHE_HOME", "~/.cache"), "huggingface")  # noqa: PTH118
    return Path(home).expanduser() / "datasets"


def find_by_name(dataset: Component) -> Path:
    """The folder of the data set in the cache: `ylecun/mnist` is in `ylecun___mnist/mnist/0.0.0/HASH`.

    Raises DataUnavailable where it was not downloaded, and DataBroken for several configurations.
    """
    name: str = dataset.get("path")
    config: str | None = dataset.get("config")
    cache = cache_folder()
    folder = cache / name.replace("/", "___")
    if name.count("/") > 1 or name.startswith((".", "~", "/")) or not folder.is_dir():
        raise DataUnavailable(
            f"there is no file or folder {shown_name(name)}, and no data set of that name in "
            f"{shown_name(cache)}",
            help=(*_near(name, cache), _download(name, config)),
            setting=("dataset", "path"),
        )
    configs = sorted(one.name for one in folder.iterdir() if one.is_dir())
    if config is None and len(configs) > 1:
        message = f"{shown_name(name)} has several configurations: {_shown(configs)}"
        help_ = f"write config: {shown_name(configs[0])}, or another of them"
        raise DataBroken(message, help=help_, setting=("dataset", "config"))
    chosen = config or next(iter(configs), "default")
    # The file of its description is written last.
    complete = sorted(
        (folder / chosen).glob("*/*/dataset_info.json"), key=lambda one: one.stat().st_mtime_ns
    )
    if not complete:
        only = f", only {_shown(configs)}" if configs and config else ""
        near = meant(config, configs) if config else None
        raise DataUnavailable(
            f"{shown_name(name)} with the configuration {shown_name(chosen)} is not in "
            f"{shown_name(cache)}{only}",
            help=(*filter(None, [near]), _download(name, config)),
            setting=("dataset", "config" if config else "path"),
        )
    return complete[-1].parent


def _shown(configs: list[str]) -> str:
    return some([shown_name(one) for one in configs], 8)


def _near(name: str, cache: Path) -> Iterator[str]:
    there = [one.name.replace("___", "/") for one in cache.glob("*/")] if cache.is_dir() else []
    for one in get_close_matches(name, there, n=1):
        yield f"did you mean {shown_name(one)}?"


def _download(name: str, config: str | None) -> str:
    """Nothing is downloaded while a pipeline is checked or run: the library does it, once."""
    words = ", ".join(repr(shown_name(one)) for one in (name, config) if one is not None)
    return (
        f'download it once: python -c "from datasets import load_dataset; load_dataset({words})", '
        "where datasets is installed: pip install 'cifar-pipe[huggingface]'"
    )
