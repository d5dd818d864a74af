"""Exported models prove themselves, and others are told."""

from __future__ import annotations

import json
import pickle
import random
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from cifar_pipe.errors import CifarPipeError, RunError, UsageError
from cifar_pipe.export.card import Card, Golden
from cifar_pipe.export.formats import onnx as onnx_format
from cifar_pipe.export.models import ModelFile, model_format, read_model
from cifar_pipe.export.verify import verify
from tests.damage import mutated
from tests.export.kit import TEXT, artifact

FORMATS = ["onnx", "pt2", "safetensors"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_model_gives_what_the_run_gave(models: dict[str, Path], name: str) -> None:
    model = read_model(models[name])
    verdict = verify(model)
    assert (model.format, verdict.holds, verdict.images) == (name, True, 4)
    assert verdict.difference < 1e-5
    assert model.card.classes == ["circle", "square", "star", "ring"]
    assert len({golden.shape for golden in model.card.goldens}) == 4


@pytest.mark.parametrize("name", FORMATS)
def test_other_outputs_are_a_difference(models: dict[str, Path], name: str) -> None:
    model = read_model(models[name])
    first, *others = model.card.goldens
    changed = first.model_copy(update={"outputs": [9.0, *first.outputs[1:]]})
    card = model.card.model_copy(update={"goldens": [changed, *others]})
    verdict = verify(replace(model, card=card))
    assert not verdict.holds
    assert verdict.difference > 1


@pytest.mark.parametrize("name", ["onnx", "pt2"])
def test_batches_and_sizes_are_free(models: dict[str, Path], name: str) -> None:
    model, whole = read_model(models[name]), artifact()
    outputs, _ = model_format(name).opened(model.content, model.card)
    images = torch.randint(0, 256, (5, 3, 12, 12), dtype=torch.uint8)
    network = whole.network.eval()
    mean, std = (torch.tensor(v).view(-1, 1, 1) for v in ([0.5, 0.4, 0.3], [0.2, 0.3, 0.4]))
    expected = network((images / 255 - mean) / std).detach()
    torch.testing.assert_close(outputs(images), expected, rtol=1e-4, atol=1e-5)
    assert outputs(images[:1, :, :7, :9]).shape == (1, 4)


def test_an_onnx_model_says_what_it_is_to_others(models: dict[str, Path]) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(str(models["onnx"]))
    found = {one.key: one.value for one in model.metadata_props}
    assert json.loads(found["classes"]) == ["circle", "square", "star", "ring"]
    assert "- Inside: resized to cover 12 x 12" in found["model_card"]
    assert [one.name for one in model.graph.input] == ["images"]
    assert [one.name for one in model.graph.output] == ["logits", "probabilities"]
    onnx.checker.check_model(model, full_check=True)


def test_weights_in_another_file_are_not_read(models: dict[str, Path], tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    model = onnx.load(str(models["onnx"]))
    first = model.graph.initializer[0]
    first.data_location = onnx.TensorProto.EXTERNAL
    first.external_data.add(key="location", value="/etc/passwd")
    (tmp_path / "net.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(RunError, match="in another file, which is not read"):
        read_model(tmp_path / "net.onnx")


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"version: 1\n", b"\x08\x07", pickle.dumps([print]), b"PK\x03\x04", bytes(64)],
)
def test_other_files_are_told(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(content)
    with pytest.raises(RunError, match="is not a model that cifar-pipe has exported"):
        read_model(path)


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.onnx"):
        with pytest.raises(UsageError):
            read_model(path)


def test_reading_a_program_runs_nothing_of_it(models: dict[str, Path], tmp_path: Path) -> None:
    """Its card alone is read: the rest may be anything."""
    path = tmp_path / "net.pt2"
    with zipfile.ZipFile(models["pt2"]) as whole, zipfile.ZipFile(path, "w") as changed:
        for name in whole.namelist():
            is_card = name.endswith("cifar_pipe.json")
            keep = is_card or name.endswith("archive_format")
            changed.writestr(name, whole.read(name) if keep else b"not a program")
    model = read_model(path)
    assert model.card.name == "small"
    with pytest.raises(RunError, match="cannot load it"):
        verify(model)


def test_a_pipeline_that_reads_others_is_refused(models: dict[str, Path]) -> None:
    model = read_model(models["safetensors"])
    card = model.card.model_copy(update={"pipeline": f"extends: /etc/passwd\n{TEXT}"})
    with pytest.raises(RunError, match="extends another"):
        verify(replace(model, card=card))


def test_weights_of_another_network_are_told(models: dict[str, Path]) -> None:
    model = read_model(models["safetensors"])
    other = TEXT.replace("out_channels: 4", "out_channels: 5")
    card = model.card.model_copy(update={"pipeline": other})
    with pytest.raises(RunError, match="not those of the network"):
        verify(replace(model, card=card))


@pytest.mark.parametrize("name", ["onnx", "safetensors"])
def test_a_damaged_file_holds_or_is_told(
    models: dict[str, Path], name: str, tmp_path: Path
) -> None:
    content, generator = models[name].read_bytes(), random.Random(4)
    path = tmp_path / f"net.{name}"
    told = []
    for _ in range(40):
        path.write_bytes(mutated(content, generator))
        try:
            verify(read_model(path))
        except CifarPipeError as error:
            told.append(error.message)
    assert told
    assert all(str(path) in message for message in told)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"pixels": "AAAA"}, "3 bytes of pixels, not 432"),
        ({"pixels": "A*AA"}, "not base64"),
        ({"shape": [3, 0, 12]}, "greater than or equal to 1"),
        ({"outputs": []}, "at least 1 item"),
    ],
)
def test_a_card_with_damaged_goldens_is_told(change: dict[str, object], message: str) -> None:
    plain = artifact().card().model_dump(mode="json")
    plain["goldens"][0] |= change
    with pytest.raises(ValueError, match=message):
        Card.read(json.dumps(plain))


def test_a_golden_keeps_its_pixels() -> None:
    image = torch.arange(60, dtype=torch.uint8).view(3, 4, 5)
    assert torch.equal(Golden.of(image, torch.zeros(2)).image, image)


def test_a_missing_package_is_told_with_its_command(
    models: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = read_model(models["onnx"])
    monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    with pytest.raises(RunError, match="onnxruntime, which is not installed") as raised:
        onnx_format.opened(model.content, model.card)
    assert raised.value.help == ("pip install 'cifar-pipe[onnx]'",)


def test_a_model_that_differs_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from cifar_pipe.export import write

    def changed(model: ModelFile) -> object:
        first = model.card.goldens[0].model_copy(update={"outputs": [5.0] * 4})
        return verify(replace(model, card=model.card.model_copy(update={"goldens": [first]})))

    monkeypatch.setattr(write, "verify", changed)
    with pytest.raises(RunError, match="is not written"):
        write.write_model(tmp_path / "net.safetensors", "safetensors", artifact())
    assert [*tmp_path.iterdir()] == []
