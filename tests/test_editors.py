"""What an editor shows: the real yaml-language-server, over its protocol.

Needs node and `npm install yaml-language-server`; the server is looked for on the PATH and at
CIFAR_PIPE_YAML_LANGUAGE_SERVER.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any
from zlib import crc32

import pytest

from cifar_pipe.schema.document import schema_text

SERVER = os.environ.get("CIFAR_PIPE_YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")

pytestmark = pytest.mark.skipif(
    SERVER is None or shutil.which("node") is None,
    reason="needs node and yaml-language-server: npm install -g yaml-language-server",
)

RIGHT = """\
# yaml-language-server: $schema=pipeline.schema.json
version: 1
name: mine
stages:
  load_data:
    dataset: {type: Shapes, train: 40, test: 20}
    transforms:
      - ToTensor
    batch_size: 4
  build_model:
    layers:
      - {type: Conv2d, out_channels: 6, kernel_size: 5}
      - Flatten
      - {type: Linear, out_features: 10}
  train:
    epochs: 1
    loss: CrossEntropyLoss
    optimizer:
      type: SGD
      lr: 0.1
  evaluate: {split: test}
"""


def number(text: str) -> int:
    """For file names that differ."""
    return crc32(text.encode())


class Server:
    """A language client of a few lines: JSON-RPC over the server's stdin and stdout."""

    def __init__(self, folder: Path) -> None:
        assert SERVER is not None
        self.folder = folder
        self.process = subprocess.Popen(
            [SERVER, "--stdio"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self.answers: Queue[dict[str, Any]] = Queue()
        self.published: Queue[dict[str, Any]] = Queue()
        self.number = 0
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.ask("initialize", processId=None, rootUri=folder.as_uri(), capabilities={})
        self.notify("initialized")

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.kill()
        self.process.wait()
        self._listener.join()
        self.process.stdin.close()
        self.process.stdout.close()

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        while (answer := self.answers.get(timeout=60))["id"] != self.number:
            pass
        return answer.get("result")

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while (header := stream.readline()).endswith(b"\n"):
            length = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            body = stream.read(length)
            if len(body) < length:
                # The server was ended while it wrote.
                return
            self._take(json.loads(body))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self.answers.put(message)
        elif message["method"] == "textDocument/publishDiagnostics":
            self.published.put(message["params"])
        elif "id" in message:
            asked = message["method"] == "workspace/configuration"
            result: Any = [{} for _ in message["params"]["items"]] if asked else None
            self._send({"id": message["id"], "result": result})

    def open(self, name: str, text: str) -> str:
        uri = (self.folder / name).as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        return uri

    def found(self, name: str, text: str) -> list[dict[str, Any]]:
        """The diagnostics of the text."""
        uri = self.open(name, text)
        while True:
            try:
                published = self.published.get(timeout=60)
            except Empty:
                pytest.fail("the server published nothing")
            if published["uri"] == uri:
                found: list[dict[str, Any]] = published["diagnostics"]
                return found

    def at(self, method: str, name: str, text: str, mark: str = "|") -> Any:
        """The answer at the place of the mark, which the text does not keep."""
        before = text[: text.index(mark)]
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        uri = self.open(name, text.replace(mark, "", 1))
        position = {"line": line, "character": column}
        return self.ask(f"textDocument/{method}", textDocument={"uri": uri}, position=position)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("editor")
    (folder / "pipeline.schema.json").write_text(schema_text())
    started = Server(folder)
    yield started
    started.close()


def test_a_right_pipeline_has_no_findings(server: Server) -> None:
    assert server.found("right.yaml", RIGHT) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("epochs: 1", "epoch: 1", 15),
        ("type: SGD", "type: SDG", 18),
        ("lr: 0.1", "lr: fast", 19),
        ("lr: 0.1", "lr: -1", 19),
        ("lr: 0.1", "leraning_rate: 0.1", 19),
        ("- ToTensor", "- ToTensr", 7),
        ("loss: CrossEntropyLoss", "loss: CrossEntropy", 16),
        ("loss: CrossEntropyLoss", "loss: 3", 16),
        ("type: Linear, out_features: 10", "type: Liner, out_features: 10", 13),
        ("type: Linear, out_features: 10", "type: Linear", 13),
        ("split: test", "split: tset", 20),
        ("version: 1\n", "version: 2\n", 1),
        ("batch_size: 4", "batch_size: '4'", 8),
        ("batch_size: 4", "batch_sizes: 4", 8),
        ("  evaluate: {", "  evalute: {type: evalute, ", 20),
        # A required key that is misspelt: reported as a wrong key, and not also as a missing one.
        ("version: 1\n", "vresion: 1\n", 1),
        ("loss: CrossEntropyLoss", "los: CrossEntropyLoss", 16),
        ("type: Linear, out_features: 10", "type: Linear, out_feature: 10", 13),
        ("- ToTensor", "- {type: Resize, sise: 8}", 7),
        ("- ToTensor", "- type: Resize\n        sise: 8", 8),
        ("{type: Shapes, train: 40, test: 20}", "{type: CIFAR10, rooot: data}", 5),
        ("{type: Shapes, train: 40, test: 20}", "\n      type: CIFAR10\n      rooot: data", 7),
        ("      lr: 0.1\n", "      groups: [{paramters: biases, lr: 1}]\n", 19),
        ("      lr: 0.1\n", "      groups:\n        - paramters: biases\n          lr: 1\n", 20),
        ("epochs: 1", "scheduler: {type: StepLR, step: 1}\n    epochs: 1", 15),
        ("epochs: 1", "scheduler:\n      type: StepLR\n      step: 1\n    epochs: 1", 17),
        ("    transforms:\n      - ToTensor\n", "    transforms: {trian: [], test: []}\n", 6),
        ("name: mine", "blocks: {act: {layer: [ReLU]}}", 2),
        ("epochs: 1", "log_every: 1", 14),
        ("  evaluate: {split: test}", "  again: evaluate", 20),
        ("  evaluate: {split: test}", "  again: []", 20),
        ("  evaluate: {split: test}", "  again:", 20),
        ("  evaluate: {split: test}", "  evaluate:", 20),
        ("  evaluate: {split: test}", "  evaluate: test", 20),
        ("split: test", "split: 3", 20),
        ("split: test", "from: {dat: load_data}", 20),
        ("version: 1\n", "version: one\n", 1),
        ("kernel_size: 5", "kernel_size: [3, x]", 11),
        ("kernel_size: 5", "kernel_size: 5, initialize: ones", 11),
        ("kernel_size: 5", "kernel_size: 5, initialize: {weight: ones}", 11),
        ("kernel_size: 5", "kernel_size: 5, initialize: {weight: {type: normal_, sdt: 1}}", 11),
        ("name: mine", "runtime: {device: gpu}", 2),
        ("name: mine", "blocks: {act: {layers: []}}", 2),
        ("name: mine", "blocks: {resnet18: {layers: [ReLU]}}", 2),
    ],
)
def test_each_mistake_has_one_finding(server: Server, old: str, new: str, line: int) -> None:
    assert old in RIGHT
    found = server.found(f"{number(old + new)}.yaml", RIGHT.replace(old, new, 1))
    assert [one["range"]["start"]["line"] for one in found] == [line], found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  evaluate: {split: test}", "  again: {type: $vars.what}"),
        ("  evaluate: {split: test}", "  evaluate: $vars.how"),
        ("type: SGD", "type: $vars.optimizer"),
        ("type: Linear, ", "type: $vars.last, "),
        ("type: Linear, ", "type: my_block, "),
        ("name: mine", "blocks: $vars.blocks"),
        ("name: mine", "vars:\nblocks:"),
        ("version: 1\n", "extends: []\nversion: 1\n"),
    ],
)
def test_what_the_checks_take_has_no_findings(server: Server, old: str, new: str) -> None:
    assert old in RIGHT
    assert server.found(f"{number(old + new)}.yaml", RIGHT.replace(old, new, 1)) == []


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("lr: 0.1", "lr: fast", "lr takes a number of at least 0"),
        ("kernel_size: 5", "kernel_size: five", "kernel_size takes a whole number above 0 or a li"),
        ("split: test", "split: tset", "split takes one of train, val, test"),
        ("type: Linear", "type: Liner", "there is no such layer"),
        ("name: mine", "name: my model", "name takes a word of letters"),
        ("- ToTensor", "- {type: GaussianBlur, kernel_size: 4}", "takes an odd whole number"),
        ("  evaluate: {split: test}", "  again: evaluate", "a stage takes a mapping of its keys"),
        ("name: mine", "blocks: {resnet18: {layers: [ReLU]}}", "a layer has this name already"),
    ],
)
def test_a_finding_says_what_is_taken(server: Server, old: str, new: str, words: str) -> None:
    assert old in RIGHT
    (found,) = server.found(f"words{number(new)}.yaml", RIGHT.replace(old, new, 1))
    assert words in found["message"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("batch_size: 4", "batch_|size: 4", "Images per training batch"),
        ("lr: 0.1", "l|r: 0.1", "Learning rate"),
        ("lr: 0.1", "l|r: 0.1", "Takes a number of at least 0. Default: 0.001."),
        ("type: SGD", "typ|e: SGD", "Stochastic gradient descent"),
        ("type: SGD", "type: S|GD", "torch.optim.SGD.html"),
        ("type: Linear", "type: Lin|ear", "torch.nn.Linear.html"),
        ("- ToTensor", "- ToT|ensor", "transforms.v2.ToTensor.html"),
        ("- Flatten", "- Fl|atten", "torch.nn.Flatten.html"),
        ("split: test", "from: {da|ta: load_data}", "the images and labels"),
        (
            "epochs: 1",
            "epochs: 1\n    scheduler: {type: ReduceLROnPlateau, mo|de: min}",
            "Default: min.",
        ),
        ("  evaluate: {", "  eval|uate: {", "Measures the network on a split"),
        ("kernel_size: 5", "kernel|_size: 5", "Size of the window"),
        ("- Flatten", "- {type: resnet18, wei|ghts: DEFAULT}", ", DEFAULT or null."),
    ],
)
def test_hovering_says_what_it_is(server: Server, old: str, new: str, words: str) -> None:
    shown = server.at("hover", f"hover{number(new)}.yaml", RIGHT.replace(old, new, 1))
    assert shown is not None
    assert words in str(shown["contents"])


@pytest.mark.parametrize(
    ("old", "new", "labels"),
    [
        ("      lr: 0.1\n", "      |\n", {"lr", "momentum", "nesterov", "weight_decay"}),
        ("      type: SGD\n", "      type: |\n", {"SGD", "Adam", "AdamW"}),
        ("    epochs: 1\n", "    |\n", {"epochs", "scheduler", "monitor", "log_every"}),
        ("loss: CrossEntropyLoss", "loss: |", {"CrossEntropyLoss", "MSELoss"}),
        ("- ToTensor", "- |", {"ToTensor", "RandomHorizontalFlip"}),
        ("  evaluate: {split: test}\n", "  |\n", {"evaluate", "predict", "report"}),
        ("{split: test}\n", "\n    split: |\n", {"train", "val", "test"}),
        ("{split: test}\n", "\n    from:\n      |\n", {"data", "model", "history"}),
        ("name: mine\n", "runtime:\n  device: |\n", {"auto", "cpu", "mps", "cuda"}),
        ("name: mine\n", "blocks:\n  act:\n    |\n", {"layers", "parameters"}),
        ("size: 5}", "size: 5, initialize: {type: |}}", {"ones_", "kaiming_normal_"}),
        ("size: 5}", "size: 5, initialize: {type: normal_, s|}}", {"mean", "std"}),
        ("size: 5}", "size: 5, initialize: {weight: |}}", {"ones_", "kaiming_normal_"}),
    ],
)
def test_what_is_possible_there_is_completed(
    server: Server, old: str, new: str, labels: set[str]
) -> None:
    assert old in RIGHT
    name = f"complete{number(new)}.yaml"
    answer = server.at("completion", name, RIGHT.replace(old, new, 1))
    offered = {item["label"] for item in answer["items"]}
    assert labels <= offered
