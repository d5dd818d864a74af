"""Codes of keys, values and components that are not what they should be."""

from __future__ import annotations

from cifar_pipe.diagnostics.codes.code import Code

VALUES = {
    "unknown-key": Code(
        "a key that is not allowed here",
        "Misspelt, at the wrong level, or an argument that this component does not have. No key is "
        "ever ignored.",
        "stages:\n  train: {epoch: 3}\n",
        "Use the key that the finding suggests; `cifar-pipe components KIND NAME` lists the "
        "arguments of a component.",
    ),
    "missing-key": Code(
        "a required key is missing",
        "The stage, or the component, has no default for it.",
        "stages:\n  save: {}\n",
        "Add the key; the finding says what it means.",
    ),
    "type": Code(
        "a value of a different type than expected",
        "Types are strict: `true` is not 1, `'0.1'` is a text and not a number, 2.5 is not a count.",
        "stages:\n  load_data: {batch_size: '4'}\n",
        "Write the value as the type that the finding names.",
    ),
    "value": Code(
        "a value outside what is allowed",
        "The type is right, the value is not: too small, too large, or not one of the allowed "
        "words.",
        "stages:\n  evaluate: {split: tets}\n",
        "Use a value in the range, or one of the words, that the finding names.",
    ),
    "component": Code(
        "neither a name nor a mapping with a type",
        "Datasets, transforms, layers, losses, optimizers, schedulers and metrics are written as a "
        "name (`ReLU`) or as a mapping with `type` and arguments (`{type: SGD, lr: 0.1}`).",
        "stages:\n  train: {loss: 3}\n",
        "Write the name, or `{type: NAME, ...}`.",
    ),
    "unknown-component": Code(
        "a name that is not in the catalogue",
        "Misspelt, or of another kind: a layer where a transform belongs. The names are those of "
        "PyTorch and torchvision, as far as the catalogue has them.",
        "stages:\n  train: {optimizer: {type: Adm, lr: 0.1}}\n",
        "Use the name that the finding suggests, or one that `cifar-pipe components KIND` lists.",
    ),
    "left-out": Code(
        "a PyTorch name that the catalogue leaves out",
        "It exists in PyTorch or torchvision and cannot be used for classifying images from a "
        "file; the finding says why.",
        "stages:\n  build_model: {layers: [Flatten, {type: LSTM, hidden_size: 8}]}\n",
        "Use another component.",
    ),
    "argument": Code(
        "arguments that the component itself refuses",
        "Each argument has the right type, but together they do not make a component, whatever "
        "is around it.",
        "stages:\n"
        "  build_model:\n"
        "    layers: [{type: MaxPool2d, kernel_size: 2, padding: 2}, Flatten,\n"
        "             {type: Linear, out_features: 10}]\n",
        "Change the argument that the finding points to.",
    ),
    "torch-version": Code(
        "a component or argument that the installed torch does not have",
        "The catalogue follows the newest PyTorch and torchvision; older ones lack some arguments.",
        "stages:\n  train: {optimizer: {type: Adam, lr: 0.1, decoupled_weight_decay: true}}\n",
        "Leave the argument out, or install a newer version.",
        other_torch=True,
    ),
}
