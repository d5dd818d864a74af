"""Mutates documents and runs `validate` over each, shapes on torch's meta device for a share of them.

    python benchmarks/fuzz.py [--count 1000000] [--seconds S] [--seed S] [--shapes 0.01]

Each document has to be reported or taken within a second of processor time, and the whole process
within 256 MiB more than it began with. Prints the number of documents a second; the first that
breaks a limit, or raises, is printed with its seed, and the status is 1.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from cifar_pipe.checks.check import check
from cifar_pipe.checks.context import CheckOptions
from cifar_pipe.diagnostics.findings import Findings
from cifar_pipe.diagnostics.render import not_known_to_text, to_json, to_text
from cifar_pipe.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 1.0
MEMORY = 256 * 2**20
PIECES = (
    *"[]{},:-?&*!|>'\"%@`#$~ \n\t\r\\\0\x07",
    *("- ", ": ", "? ", "&a ", "*a", "!t ", "<<: ", "---\n", "...\n", "%YAML 1.2\n", "\ufeff"),
    *("$vars.x", "$$", "$data.num_classes", "1e999", ".nan", "null", "true", "0x1f", "-0", "1e-3"),
    *("\u2028", "\x85", "漢字", "e\u0301", "😀", "{type: ReLU}", "type: ", "extends: x.yaml\n"),
    *("\uff1a", "\u00a0", "\u3000", "\u200b", "\u2022 ", "\u201c", "\uff0c", "\uff3b", "\u2212"),
    *("```\n", "<<<<<<< a\n", "=======\n", "\n+", "\n- ", "\n$ ls\n", "\nimport x\n", "\n12: "),
    *("SGD(lr=1, x=(2, 3))", "nn.ReLU()", "${vars.x}", "{{ x }}", " = ", "10^-3", "None", "32x32"),
    *("\n  ", "\n    ", "\n      - ", "[" * 60, "{a: " * 60, "x" * 5000, "a: &a [*a]\n"),
)
OVERRIDES = (
    *(
        "train.epochs=2",
        "seed=[",
        "stages.train=null",
        "build_model.layers.0=ReLU",
        "vars.x=$vars.x",
    ),
    *("train.optimizer.lr=1e-3", "load_data.transforms.1.mean.0=x", "a.b.c=1", "stages=3"),
)


class LateError(Exception):
    pass


def corpus() -> list[str]:
    paths = [*ROOT.glob("pipelines/**/*.yaml"), *ROOT.glob("examples/*.yaml")]
    return [path.read_text(encoding="utf-8") for path in sorted(paths)]


def mutated(texts: list[str], chance: random.Random) -> bytes:
    text = chance.choice(texts)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5, 20))):
        text = _once(text, texts, chance)
    content = text.encode("utf-8", "replace")
    if chance.random() < 0.03 and content:
        place = chance.randrange(len(content))
        content = content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :]
    return content.replace(b"\n", b"\r\n") if chance.random() < 0.02 else content


def _once(text: str, texts: list[str], chance: random.Random) -> str:
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((0, 0, 1, 1, 2, 5, 30)))
    match chance.randrange(6):
        case 0 | 1 | 2:
            return text[:start] + chance.choice((*PIECES, "")) + text[end:]
        case 3:
            other = chance.choice(texts)
            begin = chance.randrange(len(other))
            return text[:start] + other[begin : begin + chance.randrange(200)] + text[end:]
        case 4:
            lines = text.split("\n")
            one, two = (chance.randrange(len(lines)) for _ in range(2))
            lines[one], lines[two] = lines[two], lines[one]
            return "\n".join(lines)
        case _:
            lines = text.split("\n")
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
            return "\n".join(lines)


def examined(
    content: bytes, overrides: list[str], base: str, folder: Path, *, shapes: bool = False
) -> list[str]:
    """The codes that are reported of it; `base` is what it may extend."""
    (folder / "mine.yaml").write_bytes(content)
    (folder / "x.yaml").write_text(base, encoding="utf-8")
    findings = Findings()
    try:
        check(folder / "mine.yaml", overrides, findings, options=CheckOptions(shapes=shapes))
    except UsageError:
        return ["wrong usage"]
    found = findings.all_sorted()
    to_text(found).encode()
    not_known_to_text(findings.not_known).encode()
    json.dumps(to_json(found))
    return [finding.code for finding in found]


def _late(*_: object) -> None:
    raise LateError


def _shared_memory() -> str | None:
    """Where files cost no disk, if there is such a place."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def main() -> int:
    with TemporaryDirectory(dir=_shared_memory()) as folder:
        return fuzz(Path(folder))


def fuzz(folder: Path) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shapes", type=float, default=0.01, help="share with shapes, 0 to 1")
    chosen = parser.parse_args()
    texts = corpus()
    signal.signal(signal.SIGPROF, _late)
    if chosen.shapes:
        import torch

        import cifar_pipe.checks.torch.losses  # noqa: F401

        torch.set_num_threads(1)
    for text in texts:
        # Tables, models and torch's parts are imported once, and not on a document's time.
        examined(text.encode(), [], texts[0], folder, shapes=chosen.shapes > 0)
    before = _memory()
    reported: Counter[str] = Counter()
    started, done, slowest = time.monotonic(), 0, 0.0
    while done < chosen.count and time.monotonic() - started < chosen.seconds:
        chance = random.Random(f"{chosen.seed}/{done}")
        content = mutated(texts, chance)
        overrides = [chance.choice(OVERRIDES)] if chance.random() < 0.1 else []
        base, shapes = chance.choice(texts), chance.random() < chosen.shapes
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        since = time.process_time()
        try:
            reported.update(
                examined(content, overrides, base, folder, shapes=shapes) or ["nothing"]
            )
        except Exception as error:  # noqa: BLE001
            signal.setitimer(signal.ITIMER_PROF, 0)
            print(f"document {done} of seed {chosen.seed}: {error!r}\n{overrides}\n{content!r}")
            return 1
        signal.setitimer(signal.ITIMER_PROF, 0)
        slowest = max(slowest, time.process_time() - since)
        done += 1
        if _memory() - before > MEMORY:
            print(f"document {done - 1} of seed {chosen.seed} took the process above the memory")
            return 1
    seconds = time.monotonic() - started
    print(
        f"{done:,} documents in {seconds:.0f} s ({done / seconds:.0f} a second), the slowest "
        f"{slowest:.2f} s, {(_memory() - before) / 2**20:.0f} MiB more than at the start"
    )
    print(dict(reported.most_common()))
    return 0


def _memory() -> int:
    """The most that the process has held, in bytes; kilobytes on Linux, bytes on macOS."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    sys.exit(main())
