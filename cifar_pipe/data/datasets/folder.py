"""Image files: each decoded once, with the first of its transforms already applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import torch

from cifar_pipe.context import Context
from cifar_pipe.data.datasets.folders.image_search import shown_name
from cifar_pipe.data.datasets.image_set import ImageSet, find_image_set
from cifar_pipe.data.fingerprint import strict_fingerprint
from cifar_pipe.data.image_files.parts import parts_of
from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.image_files.unusable import UnusableFiles
from cifar_pipe.data.kept_images.kept import Kept
from cifar_pipe.data.kept_images.loading import Loading
from cifar_pipe.data.settings import DataSettings
from cifar_pipe.data.store import Split, Splits, fold_indices, random_indices
from cifar_pipe.data.stored_images import Chosen
from cifar_pipe.diagnostics.problem import Problem
from cifar_pipe.errors import DataBroken


def load_folder(settings: DataSettings, context: Context) -> Splits:
    """Raises as `find_image_set` does, UnusableFiles with all that cannot be read or do not have the
    size that the pipeline declares or needs, and DataBroken for images that memory cannot hold.
    """
    found = find_splits(settings, seed=context.seed)
    for problem in found.problems:
        # The checks have reported it.
        context.keep_warning(problem.message)
    reader = ImageReader.of(settings.dataset, found.content)
    loading = Loading(settings, context, reader, _kept(settings, found, context))
    by_name, baked = {}, {}
    for part in parts_of(found, settings):
        if (loaded := loading.load(part)) is None:
            continue
        for name, rows in part.rows.items():
            images = loaded.images if rows is None else Chosen(loaded.images, rows)
            labels = torch.tensor(found.labels[name], dtype=torch.int64)
            ahead = loaded.ahead
            if ahead is not None and rows is not None:
                ahead = ahead.chosen(rows)
            files, kept = tuple(found.files[name]), loaded.digests.get(name)
            by_name[name] = Split(name, images, labels, files, ahead, kept)
            baked[name] = len(part.transforms) if loaded.ready else 0
    if loading.unusable:
        raise UnusableFiles(loading.unusable)
    context.facts["images"] = loading.names
    for line in (*loading.told(), *reader.notes()):
        context.events.note(line)
    return Splits({name: by_name[name] for name in found.files}, found.classes, baked)


def _kept(settings: DataSettings, found: ImageSet, context: Context) -> Kept | None:
    """Where the images are kept; nowhere where nothing stands for their files."""
    if context.image_store is None:
        return None
    fingerprint = strict_fingerprint(settings)
    return Kept(context.image_store, found.root, fingerprint) if fingerprint else None


def find_splits(settings: DataSettings, *, seed: int) -> ImageSet:
    """The image files of the splits; those that the folder lacks are drawn from the seed: test,
    and val, where the pipeline wants one. How many of each class are drawn is the same for all
    seeds.
    """
    found, share = find_image_set(settings.dataset), settings.validation_split
    if "all" in found.files:
        test_share = settings.dataset.get("test_split")
        found = _hold_out(found, "all", test_share, seed=seed, held_out_as="test")
    if settings.fold is not None:
        parts = fold_indices(found.labels["train"], settings.fold, seed=seed)
        found = _divided(found, "train", {"train": parts[0], "test": parts[1]})
    if share is not None and "val" in found.files:
        raise DataBroken(
            f"validation_split is given, and {found.root} has a validation split of its own",
            help="leave validation_split out: the folder's own is used",
            setting=("validation_split",),
        )
    if share is not None:
        found = _hold_out(found, "train", share, seed=seed, held_out_as="val")
    return replace(found, problems=(*found.problems, *_leaks(found)))


def _leaks(found: ImageSet) -> Iterator[Problem]:
    """Files that are in two splits, or have two labels, by links."""
    if len({*found.identities.values()}) == sum(map(len, found.files.values())):
        # As many as there are in all splits: none is there twice.
        return
    places: dict[int, list[tuple[str, int, str]]] = {}
    for split, paths in found.files.items():
        for path, label in zip(paths, found.labels[split], strict=True):
            if path in found.identities:
                places.setdefault(found.identities[path], []).append((split, label, path))
    linked = [one for one in places.values() if len(one) > 1]
    for apart, fault in enumerate(("in two splits", "under two labels")):
        twice = [one for one in linked if len({place[apart] for place in one}) > 1]
        if twice:
            paths = list(dict.fromkeys(shown_name(path) for _, _, path in twice[0]))[:2]
            example = " and ".join(paths) + (" are one file" if len(paths) > 1 else "")
            files = f"{len(twice):,} files are" if len(twice) > 1 else "1 file is"
            help_ = "remove one of each, so that every image is in one split and has one label"
            message = f"{files} {fault}: {example}"
            yield Problem(message, (found.place,), "leak", help_)


def _hold_out(
    found: ImageSet, whole: str, share: float, *, seed: int, held_out_as: str
) -> ImageSet:
    if len(found.files[whole]) < 2:
        raise DataBroken(
            f"there is one training image, and none can be set aside of it as {held_out_as}",
            help="leave validation_split out, or use more images",
            setting=("validation_split",),
        )
    kept, held = random_indices(found.labels[whole], share, seed=seed, held_out_as=held_out_as)
    return _divided(found, whole, {"train": kept, held_out_as: held})


def _divided(found: ImageSet, whole: str, parts: Mapping[str, Sequence[int]]) -> ImageSet:
    """With the images of the split `whole` in these splits, by their indices."""
    files, labels, drawn = dict(found.files), dict(found.labels), dict(found.drawn)
    origin, places = drawn.pop(whole, (whole, None))
    all_files, all_labels = files.pop(whole), labels.pop(whole)
    for name, indices in parts.items():
        files[name] = [all_files[index] for index in indices]
        labels[name] = [all_labels[index] for index in indices]
        drawn[name] = origin, [places[index] for index in indices] if places else indices
    return replace(found, files=files, labels=labels, drawn=drawn)
