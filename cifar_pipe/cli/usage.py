"""Commands and options that other tools have: which of ours does the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

# By the words that people try, what to write.
_MEANT = {
    **dict.fromkeys(("train", "fit", "start", "exec"), "run FILE"),
    **dict.fromkeys(("resume", "continue"), "run FILE, as before: it resumes"),
    **dict.fromkeys(("evaluate", "eval", "test"), "run FILE: `evaluate` is a stage of it"),
    **dict.fromkeys(("check", "lint"), "validate FILE"),
    **dict.fromkeys(("new", "create", "template", "templates"), "init"),
    **dict.fromkeys(("list", "ls", "history", "log"), "runs"),
    **dict.fromkeys(("view", "page", "dashboard"), "open RUN"),
    **dict.fromkeys(("summary", "summarize", "model"), "show FILE"),
    **dict.fromkeys(("diff",), "compare RUN RUN"),
    **dict.fromkeys(("clean", "prune", "delete"), "gc"),
    **dict.fromkeys(("infer", "classify"), "predict RUN IMAGE"),
    **dict.fromkeys(("search", "layers", "optimizers"), "components WORD"),
    **dict.fromkeys(("convert", "onnx"), "export RUN"),
    **dict.fromkeys(("help",), "--help"),
    **dict.fromkeys(("version",), "--version"),
}


def refuse(arguments: Sequence[str], commands: Mapping[str, Any]) -> None:
    """Raises UsageError for a command, or an option of one, that is not there, where it is known what
    is meant.
    """
    from cifar_pipe.errors import UsageError

    name, *others = arguments or [""]
    if name not in commands:
        meant = _MEANT.get(name)
        if Path(name).suffix in (".yaml", ".yml"):
            meant = f"run {name}"
        if meant is not None:
            raise UsageError(f"there is no command `{name}`", help=f"cifar-pipe {meant}")
        return
    options = ["--help", *(word for option in commands[name].params for word in option.opts)]
    if "--set" not in options:
        return
    for word in others[: others.index("--") if "--" in others else None]:
        option = word.partition("=")[0]
        if option.startswith("--") and not get_close_matches(option, options, cutoff=0.75):
            message = f"cifar-pipe {name} has no option {option}"
            help_ = "settings are changed with -S, by their place in the file: -S train.epochs=3"
            raise UsageError(message, help=help_)
