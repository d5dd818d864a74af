"""Codes of warnings: what is legal and probably not meant."""

from __future__ import annotations

from functools import partial

from cifar_pipe.diagnostics.codes.code import Code

_warning = partial(Code, warning=True)

WARNINGS = {
    "unused": _warning(
        "a variable or a block that nothing uses",
        "Its name is in no `$vars` reference, or in no list of layers, so changing it "
        "changes nothing. Those of a file that is extended are not reported.",
        "vars: {width: 8}\n",
        "Use it, or leave it out.",
    ),
    "last-layer": _warning(
        "an activation at the network's end that the loss applies itself, or that spoils it",
        "CrossEntropyLoss takes bare outputs and applies LogSoftmax itself: after a Softmax of "
        "its own a network learns slowly, after a ReLU it cannot distinguish classes whose outputs "
        "are 0. BCEWithLogitsLoss is the same with Sigmoid.",
        "stages:\n  build_model:\n"
        "    layers: [Flatten, {type: Linear, out_features: 10}, {type: Softmax, dim: 1}]\n",
        "Leave the last activation out, or use the loss that is made for it.",
    ),
    "unreached": _warning(
        "a learning rate that never gets to where the scheduler would take it",
        "A milestone is after the training's end, or a half cosine is longer than the training and "
        "is cut off; or it is shorter, so that the rate goes up again. Schedulers count epochs unless "
        "`per: step` is given.",
        "stages:\n  train: {scheduler: {type: MultiStepLR, milestones: [30, 60]}}\n",
        "Change the number, or the training's length; leave it out where it is inferred.",
    ),
    "no-effect": _warning(
        "a setting that changes nothing, or leaves nothing to change",
        "The setting is legal but, with the rest of the pipeline, without effect: a loss printed "
        "every 100 steps of an epoch that has 10, the best 10 of 10 classes, a learning rate of 0, "
        "weights that are loaded below all stages that measure.",
        "stages:\n  train: {log_every: 100}\n",
        "Change the number, or leave the setting out.",
    ),
    "untrained": _warning(
        "a network that is measured or saved with random weights",
        "Stages run in file order: above the training, or above the stage that loads weights, the "
        "network's weights are random; without either they stay so. Not reported where the same is "
        "done again below, to compare.",
        "stages:\n  early: {type: predict, after: build_model}\n",
        "Move the stage below the training, or below the stage that loads weights.",
    ),
    "file-format": _warning(
        "a file whose name is that of another format",
        "A network's weights are written with torch.save, or as safetensors where the name ends in "
        "`.safetensors`; a report is a page in HTML. The name does not choose another format. A model "
        "that other programs run is written by the stage `export`.",
        "stages:\n  save: {path: net.onnx}\n",
        "Give the file the ending that the help names.",
    ),
    "unusual": _warning(
        "a value that is legal and hardly meant",
        "PyTorch takes it, and what it does is hardly what one wants: a momentum of 9, a gamma of 10, "
        "an `eta_min` above the learning rate, more threads than the machine has.",
        "stages:\n  train: {optimizer: {type: SGD, lr: 0.1, momentum: 9}}\n",
        "Write the value that the help names. A warning does not keep a pipeline from running.",
    ),
    "class-images": _warning(
        "a class without images in a split, or with a single one",
        "A class that has none in the training split is not learnt, one that has none in the test "
        "split is not measured. Drawn splits take the same share of every class, and at least one "
        "image of each where there are enough. A folder is counted with `--data` and by `run`.",
        "stages:\n  load_data: {dataset: {type: Digits, test_split: 0.002}}\n"
        "  build_model: {layers: [Flatten, {type: Linear, out_features: 10}]}\n",
        "Use more images of the class, or set a larger share aside.",
    ),
    "not-read": _warning(
        "files or folders in the dataset's folder that are not read",
        "Files whose suffix is none of an image, images outside the folders of classes, folders "
        "beside those of the splits, links that lead back. Hidden files are not counted.",
        "stages:\n  load_data: {dataset: {type: ImageFolder, root: photos}}\n"
        "  build_model: {layers: [Flatten, {type: Linear, out_features: 2}]}\n",
        "Convert the files, move them into the folder of their class, or take them out.",
        images=tuple(
            f"photos/{place}.png"
            for place in (
                *("train/cat/1", "train/cat/2", "train/dog/1", "train/dog/2", "extra/cat/1"),
                *("test/cat/1", "test/cat/2", "test/dog/1", "test/dog/2"),
            )
        ),
    ),
    "repeated": _warning(
        "images that a table names more than once",
        "Two rows name one file, with one label and in one split: it counts twice in training, or in "
        "what is measured. With two labels, or in two splits, it is a leak. A table is read with "
        "`--data` and by `run`.",
        "stages:\n  load_data: {dataset: {type: ImageTable, file: labels.csv, split_column: split}}\n"
        "  build_model: {layers: [Flatten, {type: Linear, out_features: 2}]}\n",
        "Remove the rows that are there again.",
        images=tuple(f"{number}.png" for number in range(1, 9)),
        texts={
            "labels.csv": "file,label,split\n1.png,cat,train\n1.png,cat,train\n2.png,cat,train\n"
            "3.png,dog,train\n4.png,dog,train\n5.png,cat,test\n6.png,cat,test\n7.png,dog,test\n"
            "8.png,dog,test\n"
        },
    ),
    "leak": _warning(
        "images that are trained on and measured on",
        "Two stages that divide the same images with different shares: what the one sets aside for "
        "testing, the other trains on. Or links: one file in two splits, or in two classes. The "
        "same shares of the same images are the same images, whatever the stages are called.",
        "stages:\n  load_data: {dataset: {type: Digits, test_split: 0.1}}\n"
        "  build_model: {layers: [Flatten, {type: Linear, out_features: 10}]}\n"
        "  more_data: {type: load_data, after: train, dataset: {type: Digits, test_split: 0.3},"
        " transforms: [ToTensor]}\n",
        "Give both the same shares, or measure on the data that was trained on.",
    ),
    "value-range": _warning(
        "statistics for other values than the images have",
        "ToTensor gives values from 0 to 1; a mean of 125 is one of values from 0 to 255, which "
        "ToDtype without `scale` leaves; and what one Normalize gives has a mean near 0 already.",
        "stages:\n  load_data:\n"
        "    transforms: [ToTensor, {type: Normalize, mean: [125, 123, 114], std: [63, 62, 67]}]\n",
        "Divide mean and std by 255, or scale the images; normalise once.",
    ),
}
