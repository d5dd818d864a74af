"""What the pictures of a folder were taken for: the files that say it, and their part of the page."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cifar_pipe.report.formatting import percent
from cifar_pipe.report.kept_images import kept
from cifar_pipe.report.run_folder import RunFolder, StageFolder, mapping, number_of, rows

CSV, LINES, NAME = "predictions.csv", "predictions.jsonl", "predict_folder.json"
LEAST_CERTAIN, SAMPLE = 24, 24


@dataclass(frozen=True)
class Guess:
    """One picture; `others` are the next classes with their probabilities, in words."""

    uri: str
    file: str
    predicted: str
    probability: str
    others: str


@dataclass(frozen=True)
class FolderPart:
    """`classes` are the predicted ones with how many pictures each has, and their mean probability; `files`
    are names with links relative to the page.
    """

    id: str
    root: str
    images: int
    classes: Sequence[tuple[str, int, str]]
    least_certain: Sequence[Guess]
    sample: Sequence[Guess]
    files: Sequence[tuple[str, str]]


def chosen(probabilities: Sequence[float]) -> list[int]:
    """The places of the pictures that are shown: those of the lowest probability, and a sample of all,
    evenly spaced.
    """
    places = range(len(probabilities))
    least = sorted(places, key=lambda place: probabilities[place])[:LEAST_CERTAIN]
    count = min(SAMPLE, len(places))
    sample = [len(places) * turn // count for turn in range(count)]
    return list(dict.fromkeys([*least, *sample]))


def summary(predictions: Sequence[Mapping[str, Any]], shown: Sequence[int]) -> dict[str, Any]:
    """For JSON; `predictions` are plain ones, `shown` the places of those whose pictures are kept."""
    shares: dict[str, list[float]] = defaultdict(list)
    for one in predictions:
        shares[one["predicted"]].append(one["probability"])
    most = sorted(shares.items(), key=lambda item: (-len(item[1]), item[0]))
    classes = [
        {"class": name, "images": len(found), "mean_probability": sum(found) / len(found)}
        for name, found in most
    ]
    kept_ones = [{"index": place, **predictions[place]} for place in shown]
    return {"images": len(predictions), "classes": classes, "shown": kept_ones}


def folder_parts(folder: RunFolder) -> list[FolderPart]:
    return [_part(stage, folder) for stage in folder.stages if stage.has(NAME)]


def _part(stage: StageFolder, folder: RunFolder) -> FolderPart:
    found, uris = stage.mapping(NAME), kept(stage).uris
    shown = {one["index"]: one for one in rows(found.get("shown")) if one.get("index") in uris}
    guesses = {index: _guess(uris[index], one) for index, one in shown.items()}
    least = [*guesses][:LEAST_CERTAIN]
    images = int(number_of(found, "images") or 0)
    rest = [index for index in sorted(guesses) if index not in least]
    return FolderPart(
        id=stage.id,
        root=str(stage.settings.get("root", "")),
        images=images,
        classes=[
            (
                str(one.get("class")),
                int(number_of(one, "images") or 0),
                _share(one, "mean_probability"),
            )
            for one in rows(found.get("classes"))
        ],
        least_certain=[guesses[index] for index in least],
        sample=[guesses[index] for index in rest],
        files=[
            (name, _link(stage.path / name, folder)) for name in (CSV, LINES) if stage.has(name)
        ],
    )


def _link(path: Path, folder: RunFolder) -> str:
    return quote(Path(os.path.relpath(path, (folder.path / folder.page).parent)).as_posix())


def _guess(uri: str, one: Mapping[str, Any]) -> Guess:
    top = [mapping(other) for other in rows(one.get("top"))[1:]]
    others = ", ".join(f"{other.get('class')} {_share(other, 'probability')}" for other in top)
    file, predicted = str(one.get("file", "")), str(one.get("predicted", ""))
    return Guess(uri, file, predicted, _share(one, "probability"), others)


def _share(one: Mapping[str, Any], key: str) -> str:
    value = number_of(one, key)
    return "–" if value is None else percent(value)
