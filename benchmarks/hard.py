"""Documents made to break a validator, each timed in a process of its own.

    python benchmarks/hard.py [WORD...]

Prints for each what is reported, the processor seconds, and the memory, both without what imports take.
The aim is under 1 s and 256 MiB each; the status is 1 where one is above, or does not end. With
words only the documents are tried whose names have one of them.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent))

import fuzz

from cifar_pipe.diagnostics.codes.code import BASE

PATIENCE = 30
LAYERS = BASE[BASE.index("      - {type: Conv2d") : BASE.index("  train:")]


def with_layers(*lines: str) -> str:
    return BASE.replace(LAYERS, "".join(f"      - {line}\n" for line in lines))


def documents() -> Mapping[str, bytes]:
    """By name. x.yaml beside each holds BASE; some extend it, or themselves."""
    ten = ", ".join
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{ten([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    grown = ["v0: [1, 1, 1, 1, 1, 1, 1, 1]"]
    grown += [f"v{n}: [{ten([f'$vars.v{n - 1}'] * 8)}]" for n in range(1, 12)]
    blocks = ["b0: {layers: [ReLU]}"]
    blocks += [f"b{n}: {{layers: [b{n - 1}, b{n - 1}]}}" for n in range(1, 30)]
    nested = "ReLU"
    for _ in range(6):
        nested = f"{{type: Sequential, repeat: 1000, layers: [{nested}]}}"
    deep = "ReLU"
    for _ in range(40):
        deep = f"{{type: Sequential, layers: [{deep}]}}"
    texts = {
        "100,000 [": "[" * 100_000,
        "100,000 {a:": "{a: " * 100_000,
        "100,000 dashes": "- " * 100_000,
        "100,000 question marks": "? " * 100_000,
        "alias bomb": "\n".join(bomb),
        "bomb of references": BASE + "vars:\n  " + "\n  ".join(grown),
        "chain of 20,000 references": BASE
        + "vars:\n"
        + "".join(f"  v{n}: $vars.v{n + 1}\n" for n in range(20_000)),
        "100,000 keys": BASE + "".join(f"k{n}: 1\n" for n in range(90_000)),
        "100,000 variables": BASE + "vars:\n" + "".join(f"  k{n}: 1\n" for n in range(90_000)),
        "20,000 stages": BASE + "".join(f"  e{n}: {{type: evaluate}}\n" for n in range(20_000)),
        "5,000 stages that wait for each other": BASE
        + "".join(f"  e{n}: {{type: evaluate, after: e{n + 1}}}\n" for n in range(5_000)),
        "blocks that double 30 times": BASE.replace("- Flatten", "- b29")
        + "blocks:\n  "
        + "\n  ".join(blocks),
        "repeats of repeats": with_layers(nested, "Flatten", "{type: Linear, out_features: 10}"),
        "40 lists in each other": with_layers(deep, "Flatten", "{type: Linear, out_features: 10}"),
        "2,000 layers": with_layers(
            *["ReLU"] * 2000, "Flatten", "{type: Linear, out_features: 10}"
        ),
        "layer of 2^62 features": with_layers(
            "Flatten", f"{{type: Linear, out_features: {2**62}}}"
        ),
        "kernel of 2^40": with_layers(f"{{type: Conv2d, out_channels: 8, kernel_size: {2**40}}}"),
        "padding of 2^40": with_layers(
            f"{{type: Conv2d, out_channels: 8, kernel_size: 3, padding: {2**40}}}", "Flatten"
        ),
        "images of 2^31 pixels": BASE.replace("Shapes,", f"Shapes, image_shape: [1, {2**31}, 9],"),
        "epochs of 2^62 with a schedule": BASE.replace(
            "epochs: 1", f"epochs: {2**62}\n    scheduler: {{type: OneCycleLR, max_lr: 0.1}}"
        ),
        "number of 100,000 digits": BASE + f"seed: {'9' * 100_000}\n",
        "1e999999999": BASE + "seed: 1e999999999\n",
        "a line of 4 MB": BASE + f"description: {'x' * 4_000_000}\n",
        "5 MB": "# x\n" * 1_250_000,
        "100,000 lines of comment": BASE + "# x\n" * 100_000,
        "extends itself": "extends: mine.yaml\n",
        "extends 1,000 times": f"extends: [{ten(['x.yaml'] * 1000)}]\n",
        "NUL": BASE.replace("Flatten", "Fla\0tten"),
        "tabs": BASE.replace("    epochs", "\tepochs"),
        "CRLF": BASE.replace("\n", "\r\n"),
        "wide characters": BASE + "description: {漢字👩‍👩‍👧e\u0301: [ｆｕｌｌ, 3}\n",
    }
    return {
        **{name: text.encode() for name, text in texts.items()},
        "byte order mark": b"\xef\xbb\xbf" + BASE.encode(),
        "UTF-16": BASE.encode("utf-16"),
        "Latin-1": (BASE + "description: caf\xe9\n").encode("latin-1"),
        "random bytes": bytes(n * 7919 % 251 for n in range(100_000)),
    }


def examine(content: bytes) -> tuple[list[str], float, float]:
    """The first codes reported, seconds, and MiB above what the process held before."""
    with TemporaryDirectory() as folder:
        fuzz.examined(BASE.encode(), [], BASE, Path(folder), shapes=True)
        before, since = _peak(), time.process_time()
        codes = fuzz.examined(content, [], BASE, Path(folder), shapes=True)
        seconds = time.process_time() - since
    return list(dict.fromkeys(codes))[:3], seconds, (_peak() - before) / 1024


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> int:
    above = False
    chosen = sys.argv[1:]
    for name, content in documents().items():
        if chosen and not any(word in name for word in chosen):
            continue
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            try:
                codes, seconds, mib = pool.apply_async(examine, (content,)).get(PATIENCE)
            except multiprocessing.TimeoutError:
                codes, seconds, mib = ["without end"], float("inf"), float("nan")
        above |= seconds > fuzz.SECONDS or mib > fuzz.MEMORY / 2**20
        print(f"{name:40} {seconds:6.2f} s {mib:6.0f} MiB  {', '.join(codes) or 'ok'}", flush=True)
    return int(above)


if __name__ == "__main__":
    sys.exit(main())
