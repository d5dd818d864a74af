"""The stage types that there are: a plain table."""

from __future__ import annotations

from cifar_pipe.stages import (
    build_model,
    evaluate,
    inspect,
    load,
    load_data,
    predict,
    report,
    save,
    show_images,
    train,
)
from cifar_pipe.stages.spec import StageType

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
