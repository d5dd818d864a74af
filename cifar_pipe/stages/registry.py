"""The stage types that there are: a plain table."""

from __future__ import annotations

from cifar_pipe.stages.build_model import spec as build_model
from cifar_pipe.stages.evaluate import spec as evaluate
from cifar_pipe.stages.inspect import spec as inspect
from cifar_pipe.stages.load import spec as load
from cifar_pipe.stages.load_data import spec as load_data
from cifar_pipe.stages.predict import spec as predict
from cifar_pipe.stages.report import spec as report
from cifar_pipe.stages.save import spec as save
from cifar_pipe.stages.show_images import spec as show_images
from cifar_pipe.stages.spec import StageType
from cifar_pipe.stages.train import spec as train

STAGES: dict[str, StageType] = {
    module.STAGE.name: module.STAGE
    for module in (
        load_data,
        show_images,
        build_model,
        inspect,
        train,
        save,
        load,
        predict,
        evaluate,
        report,
    )
}
