"""doctor: a table of what is found, the images that leak, and the accuracy without them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cifar_pipe.context import Context
from cifar_pipe.data.batches import Data
from cifar_pipe.data.pictures import as_pictures
from cifar_pipe.doctor.accuracy import accuracy_lines, accuracy_without
from cifar_pipe.doctor.diagnose import LEAKS, Diagnosis, diagnose
from cifar_pipe.doctor.examine import examine_data
from cifar_pipe.doctor.text import table
from cifar_pipe.files import write_bytes, write_json
from cifar_pipe.report.pictures import image_row
from cifar_pipe.stages.doctor.spec import Doctor

_TESTED = "test"
_MOST_PAIRS = 6


def run(spec: Doctor, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    data: Data = inputs["data"]
    collection = examine_data(data, str(data.info.get("dataset", "data")), context)
    diagnosis = diagnose(collection, context, near=spec.near_duplicates)
    plain = diagnosis.plain()
    for line in table(plain["findings"]) if plain["findings"] else ["nothing was found"]:
        context.events.say(line)
    for finding in diagnosis.findings:
        if finding.kind.severity == "error":
            context.warn(finding.message, help=finding.kind.mend)
    for line in plain["not_known"]:
        context.events.note(f"{context.stage}: not known: {line}")
    if "history" in inputs and _TESTED in data.splits and data.num_classes is not None:
        leaked = diagnosis.leaked(_TESTED)
        plain["accuracy"] = accuracy_without(inputs["model"], data, _TESTED, leaked, context)
        for line in accuracy_lines(plain["accuracy"]):
            context.events.say(line)
    write_json(context.folder / "doctor.json", plain)
    if pairs := _pairs(diagnosis):
        write_bytes(context.folder / "leaks.png", _picture(diagnosis, data, pairs))
    return {}


def _pairs(diagnosis: Diagnosis) -> list[int]:
    """The indices of images that leak, each with that of its copy after it."""
    groups = [group for one in diagnosis.findings if one.kind.name in LEAKS for group in one.groups]
    return [index for group in groups[:_MOST_PAIRS] for index in group]


def _picture(diagnosis: Diagnosis, data: Data, indices: list[int]) -> bytes:
    pictures = [diagnosis.collection.pictures[index] for index in indices]
    images = [data.splits[one.split].images[one.place] for one in pictures]
    captions = [f"{one.split}: {one.label or ''}\n{one.place}" for one in pictures]
    return image_row(as_pictures(images), captions)
