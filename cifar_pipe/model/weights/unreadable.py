"""Why a file of weights is not loaded, and what makes one of it that is."""

from __future__ import annotations

import contextlib
import io
import pickletools
import zipfile
from itertools import chain, islice
from pathlib import Path

import torch

from cifar_pipe.diagnostics.suggest import some
from cifar_pipe.errors import RunError
from cifar_pipe.model.weights.kinds import members

# The entry of a checkpoint that holds the weights, as people call it.
_ENTRIES = ("state_dict", "model_state_dict", "model", "net", "network")
_MODULES = "torch.nn.modules."
# A pickle of protocol 2 or later; the number at the head of torch.save's older format follows it.
_PICKLE, _MAGIC, _HEAD = b"\x80", b"l\xfc\x9cF\xf9 j\xa8P\x19", 32
_PICKLES, _MOST_STEPS = 4, 100_000
_OF_TENSORS = ("torch.", "collections.OrderedDict")


def damaged(path: Path, why: object) -> RunError:
    line = next(iter(str(why).splitlines()), "") or type(why).__name__
    if line.startswith("Weights only load failed"):
        line = "torch.load cannot read it"
    help_ = "save or download it again, or take a copy that is whole"
    message = f"{path} is damaged, or not a file of weights: {line.partition('. ')[0]}"
    return RunError(message, help=help_)


def not_loaded(path: Path, content: bytes, error: Exception) -> RunError:
    """What torch.load has refused: more than weights, or a damaged file."""
    if _is_script(content):
        what = "holds a network as TorchScript, and not its weights alone"
        return _with_cure(path, what, f"torch.jit.load({str(path)!r}).state_dict()")
    foreign = _foreign(content)
    if content.startswith(_PICKLE) and _MAGIC not in content[:_HEAD]:
        return _bare_pickle(path, content)
    if not foreign and "Unsupported global" not in str(error):
        return damaged(path, error)
    load, keys = f"torch.load({str(path)!r}, weights_only=False)", _keys(content)
    entry = next((key for key in _ENTRIES if key in keys), None)
    one = f"{load}[{entry!r}]" if entry else load
    if any(name.startswith(_MODULES) for name in foreign) or not (keys or foreign):
        what = "holds a whole network, and that is not loaded: it could run any code"
        return _with_cure(path, what, f"{one}.state_dict()")
    names = f" ({', '.join(foreign[:3])})" if foreign else ""
    what = f"holds more than weights{names}, and that is not loaded: it could run any code"
    return _with_cure(path, what, one)


def _bare_pickle(path: Path, content: bytes) -> RunError:
    """Written with `pickle` itself, which imports and calls whatever the file names."""
    names = some(sorted(_imported(content)), 3)
    what = f"is a pickle{f' that imports {names}' if names else ''}, and not a file of torch.save"
    return RunError(
        f"{path} {what}: it is not loaded, as it could run any code",
        help="if you trust where it comes from, load it in Python, and save the network's state_dict() "
        "with torch.save",
    )


def _imported(content: bytes) -> set[str]:
    """What a pickle imports, as far as it can be read; nothing of it is run. The older format of
    torch.save has several, one after the other.
    """
    if not content.startswith(_PICKLE):
        return set()
    found: set[str] = set()
    texts: list[str] = []
    # Broken in whatever way.
    with contextlib.suppress(Exception):
        file = io.BytesIO(content)
        steps = chain.from_iterable(pickletools.genops(file) for _ in range(_PICKLES))
        for step, value, _ in islice(steps, _MOST_STEPS):
            if step.name == "GLOBAL":
                found.add(str(value).replace(" ", "."))
            elif step.name == "STACK_GLOBAL":
                found.add(".".join(texts[-2:]))
            elif isinstance(value, str):
                texts.append(value)
    return found


def _with_cure(path: Path, what: str, weights: str) -> RunError:
    target = str(path.with_name(f"{path.stem}_weights.pth"))
    help_ = (
        "save its weights alone, in Python, if you trust where it comes from, and name that file: "
        f"torch.save({weights}, {target!r})"
    )
    return RunError(f"{path} {what}", help=help_)


def _is_script(content: bytes) -> bool:
    return any(name.endswith("/constants.pkl") for name in members(content))


def _foreign(content: bytes) -> list[str]:
    """The classes and functions that the file would import, beside those of tensors."""
    try:
        return sorted(torch.serialization.get_unsafe_globals_in_checkpoint(io.BytesIO(content)))
    except Exception:  # noqa: BLE001
        # An older format, or broken in whatever way.
        return sorted(
            name
            for name in _imported(content)
            if name.startswith(_MODULES) or not name.startswith(_OF_TENSORS)
        )


def _keys(content: bytes) -> set[str]:
    """Names that may be the keys of a mapping, where the file holds one; nothing of it is run."""
    member = next((one for one in members(content) if one.endswith("data.pkl")), None)
    if member is None:
        return set()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        steps = list(pickletools.genops(archive.read(member)))
    is_mapping = steps[1][0].name == "EMPTY_DICT"
    return {one for _, one, _ in steps if isinstance(one, str)} if is_mapping else set()
