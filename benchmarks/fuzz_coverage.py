"""The same as fuzz.py, led by coverage: atheris keeps the documents that reach new code.

    pip install atheris && python benchmarks/fuzz_coverage.py -max_total_time=600 [libFuzzer's options]

Instruments the reader, the composition and the checks that need no torch. atheris is for CPython up
to 3.13 on Linux, and not among the project's dependencies.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parent.parent)]

with atheris.instrument_imports(include=["cifar_pipe"]):
    import fuzz


def main() -> None:
    texts = fuzz.corpus()
    with TemporaryDirectory() as seeds, TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            Path(seeds, f"{number}.yaml").write_text(text, encoding="utf-8")

        def examine(content: bytes) -> None:
            fuzz.examined(content, [], texts[0], Path(folder))

        atheris.Setup([sys.argv[0], seeds, *sys.argv[1:]], examine)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
