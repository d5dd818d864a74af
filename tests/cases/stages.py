"""Stages: their ids and types, and the version of the format."""

from __future__ import annotations

from tests.cases.case import Case

CASES = [
    Case("version_as_text", "version", "version: '1'", "version: 1", "version: '1'"),
    Case("version_as_truth", "version", "version: true", "version: 1", "version: true"),
    Case("no_stages", "not-a-mapping", "stages:", new="version: 1\nstages:\n"),
    Case("stages_missing", "missing-key", "version: 1", new="version: 1\n"),
    Case("stages_as_list", "not-a-mapping", "stages:", new="version: 1\nstages:\n  - train\n"),
    Case("stage_as_list", "not-a-mapping", "[accuracy]", "evaluate: {split: test, metrics: [accuracy, per_class_accuracy, confusion_matrix]}", "evaluate: [accuracy]"),
    Case("stage_type_as_list", "type", "[train]", "  train:\n", "  train:\n    type: [train]\n"),
    Case("stage_type_misspelt", "unknown-stage", "evalute", "evaluate: {split", "again: {type: evalute, split"),
    Case("stage_id_of_the_top_level", "stage-id", "seed", "  report: {}", "  seed: {type: report}"),
    Case("stage_id_in_camel_case", "stage-id", "showImages", "show_images: {", "showImages: {type: show_images, "),
    Case("stage_id_with_digit_first", "stage-id", "2nd", "  report: {}", "  2nd: {type: report}"),
    Case("stage_id_in_capitals", "stage-id", "Train", "  train:\n", "  Train:\n"),
    Case("stage_id_with_a_dash", "stage-id", "load-data", "  load_data:\n", "  load-data:\n"),
]  # fmt: skip
