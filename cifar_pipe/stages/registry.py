"""The stage types: one row each, with the settings and the module of the code (a `StageCode`)."""

from __future__ import annotations

from cifar_pipe.stages.build_model.spec import BuildModel
from cifar_pipe.stages.doctor.spec import Doctor
from cifar_pipe.stages.evaluate.spec import Evaluate
from cifar_pipe.stages.find_batch_size.spec import FindBatchSize
from cifar_pipe.stages.find_lr.spec import FindLr
from cifar_pipe.stages.inspect.spec import Inspect
from cifar_pipe.stages.load.spec import Load
from cifar_pipe.stages.load_data.spec import LoadData
from cifar_pipe.stages.predict.spec import Predict
from cifar_pipe.stages.report.spec import Report
from cifar_pipe.stages.save.spec import Save
from cifar_pipe.stages.show_images.spec import ShowImages
from cifar_pipe.stages.spec import StageType
from cifar_pipe.stages.train.spec import Train

STAGES: dict[str, StageType] = {
    row.name: row
    for row in (
        StageType("load_data", LoadData, "cifar_pipe.stages.load_data.run"),
        StageType("show_images", ShowImages, "cifar_pipe.stages.show_images.run"),
        StageType("doctor", Doctor, "cifar_pipe.stages.doctor.run"),
        StageType("build_model", BuildModel, "cifar_pipe.stages.build_model.run"),
        StageType("inspect", Inspect, "cifar_pipe.stages.inspect.run"),
        StageType("find_batch_size", FindBatchSize, "cifar_pipe.stages.find_batch_size.run"),
        StageType("find_lr", FindLr, "cifar_pipe.stages.find_lr.run"),
        StageType("train", Train, "cifar_pipe.stages.train.run"),
        StageType("save", Save, "cifar_pipe.stages.save.run"),
        StageType("load", Load, "cifar_pipe.stages.load.run"),
        StageType("predict", Predict, "cifar_pipe.stages.predict.run"),
        StageType("evaluate", Evaluate, "cifar_pipe.stages.evaluate.run"),
        StageType("report", Report, "cifar_pipe.stages.report.run"),
    )
}
