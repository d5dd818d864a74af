"""predict_folder: what the network takes each picture for, as tables and for the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from torch import Tensor

from cifar_pipe.context import Context
from cifar_pipe.data.datasets.folders.unlabelled import UnlabelledImages, find_unlabelled
from cifar_pipe.data.fingerprint import files_digest
from cifar_pipe.data.image_files.reader import ImageReader
from cifar_pipe.data.image_files.unusable import UnusableFiles
from cifar_pipe.errors import RunError
from cifar_pipe.files import write_json, write_text
from cifar_pipe.inference.classifier import Classifier
from cifar_pipe.inference.inputs import reader_of
from cifar_pipe.inference.predict import Predictor
from cifar_pipe.inference.prediction import Prediction
from cifar_pipe.inference.prediction_lines import csv_head, csv_lines, json_lines
from cifar_pipe.inference.prediction_table import table
from cifar_pipe.report import folder_predictions, kept_images
from cifar_pipe.report.formatting import plural
from cifar_pipe.stages.predict_folder.spec import PredictFolder
from cifar_pipe.training.evaluation.engine_choice import CHOICE
from cifar_pipe.training.targets import check_outputs

_SHOWN = 10
_LARGEST_SIDE = 96


def external(spec: PredictFolder, *, whole: bool) -> str | None:
    """What stands for the images below the folder: their times of change, or what is in them."""
    try:
        images = find_unlabelled(spec.root)
        return files_digest(images.paths, images.root, whole=whole)
    except (RunError, OSError):
        # The stage says what is wrong.
        return None


def run(spec: PredictFolder, inputs: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Raises UnusableFiles where no image can be read; a warning names those that cannot."""
    data, network, history = inputs["data"], inputs["model"], inputs.get("history")
    check_outputs(network, data)
    images = find_unlabelled(spec.root)
    classifier = Classifier(network, data.classes, data.settings)
    engine = history.choices.get(CHOICE) if history is not None else None
    predictor = Predictor(
        classifier, context, top=spec.top, batch_size=spec.batch_size, engine=engine
    )
    found = [
        replace(one, path=images.name(str(one.path))) for one in predictor.predictions(images.paths)
    ]
    for line in (*predictor.notes(), *(one.message for one in images.problems)):
        context.events.note(f"{context.stage}: {line}")
    if predictor.unusable:
        error = UnusableFiles(predictor.unusable)
        if not found:
            raise error
        context.warn("; ".join((error.message, *error.notes)), help="; ".join(error.help))
    for line in table(found[:_SHOWN]):
        context.events.say(line)
    csv = csv_head(len(found[0].top)) + csv_lines(found)
    write_text(context.folder / folder_predictions.CSV, csv)
    write_text(context.folder / folder_predictions.LINES, json_lines(found))
    _keep(found, images, reader_of(classifier.data.dataset), context)
    place = context.folder.relative_to(context.run_dir) / folder_predictions.CSV
    context.events.note(f"{context.stage}: {plural(len(found), 'image')}, {place.as_posix()}")
    return {}


def _keep(
    found: list[Prediction], images: UnlabelledImages, reader: ImageReader, context: Context
) -> None:
    """What the page shows, with the images of it."""
    shown = folder_predictions.chosen([one.probability for one in found])

    def picture(place: int) -> Tensor:
        return reader.read(images.root / str(found[place].path))

    # All have the size of the first: the longer sides of the others lose their ends.
    side = min(_LARGEST_SIDE, *picture(shown[0]).shape[1:])
    kept_images.write_sheet(context.folder, map(picture, shown), shown, size=(side, side))
    plain = [one.plain() for one in found]
    summary = folder_predictions.summary(plain, shown)
    write_json(context.folder / folder_predictions.NAME, summary)
