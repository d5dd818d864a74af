"""The text: YAML, its characters, its limits."""

from __future__ import annotations

from tests.cases.case import BASE, Case
from tests.cases.edits import EVALUATE, FLATTEN, LINEAR, SEED, SGD, override

MEAN = "mean: [0.5, 0.5, 0.5]"
RELU = "      - ReLU\n"
TRAIN = BASE[BASE.index("  train:\n") : BASE.index("  save:")]
BOMB = "".join(
    f"  {name}: &{name} [{', '.join([inner] * 10)}]\n"
    for name, inner in zip("abcdefg", ("1", "*a", "*b", "*c", "*d", "*e", "*f"), strict=True)
)

CASES = [
    Case("empty_file", "not-a-mapping", "", new="# nothing\n"),
    Case("a_list", "not-a-mapping", "- version: 1", new="- version: 1\n"),
    Case("a_single_value", "not-a-mapping", "lenet", new="lenet\n"),
    Case("no_space_after_the_colon", "syntax", "seed:0", "seed: 0", "seed:0"),
    Case("no_space_after_a_nested_colon", "syntax", "epochs:1", "epochs: 1", "epochs:1"),
    Case("open_quote", "syntax", '"', "name: lenet", 'name: "lenet'),
    Case("open_brace", "syntax", "", "metrics: [accuracy, per_class_accuracy, confusion_matrix]}", "metrics: [accuracy]"),
    Case("bracket_that_closes_nothing", "syntax", "}", "{device: cpu}", "{device: cpu}}"),
    Case("colon_in_a_text", "syntax", ":", "name: lenet", "description: a net: mine"),
    Case("indented_too_far", "syntax", "loss:", "    loss: Cross", "      loss: Cross"),
    Case("indented_too_little", "syntax", "log_every", "    log_every: 5", "   log_every: 5"),
    Case("list_on_the_line_of_its_key", "syntax", "-", "batch_size: 4", "classes: - a"),
    Case("second_document", "syntax", "---", "stages:\n", "---\nstages:\n"),
    Case("backtick", "syntax", "`lenet`", "name: lenet", "name: `lenet`"),
    Case("percent", "syntax", "%", "name: lenet", "name: %lenet"),
    Case("wrong_escape", "syntax", r"\d", "name: lenet", r'name: "le\dnet"'),
    Case("missing_key", "syntax", ":", "name: lenet", ": lenet"),
    Case("key_that_is_a_list", "type", "[a, b]", "name: lenet", "[a, b]: lenet"),
    Case("key_that_is_a_number", "type", "1", "name: lenet", "1: lenet"),
    Case("merge_key", "unknown-key", "<<", "    epochs: 1\n", "    <<: {epochs: 1}\n"),
    Case("infinity", "value", ".inf", "lr: 0.001", "lr: .inf"),
    Case("number_too_large", "value", "1e999", "lr: 0.001", "lr: 1e999"),
    Case("tag_of_our_own", "tag", "!lenet x", "name: lenet", "name: !lenet x"),
    Case("alias_without_anchor", "alias", "*seed", "seed: 0", "seed: *seed"),
    Case("alias_into_itself", "alias", "*n", "name: lenet", "vars: {n: &n [*n]}"),
    Case("alias_bomb", "too-large", "*d", "name: lenet\n", f"vars:\n{BOMB}"),
    Case("deep_nesting", "too-large", "[", "name: lenet", f"vars: {{n: {'[' * 120}{']' * 120}}}"),
    Case("nul", "encoding", "\0", "name: lenet", "name: le\0net"),
    Case("latin_1", "encoding", "�", "name: lenet", "description: r\u00e9seau".encode("latin-1")),
    Case("utf_16", "encoding", "", new="version: 1\n".encode("utf-16")),
    Case("duplicate_stage", "duplicate-key", "report", "  report: {}\n", "  report: {}\n  report: {}\n"),
    Case("base_with_broken_text", "syntax", '"', new="extends: one.yaml\nversion: 1\n", beside={"one.yaml": 'version: "1\n'}),
    override("override_with_broken_text", "syntax", "[", "train.optimizer=[1"),
    Case("no_value_in_braces", "syntax", "type:", "{type: Shapes, train: 40, test: 20}", "{type:}"),
    Case("no_last_value_in_braces", "syntax", "metrics:", EVALUATE, "{split: test, metrics:}"),
    Case("no_space_after_a_dash", "syntax", "-ReLU", RELU, "      -ReLU\n"),
    Case("no_dash", "syntax", "Flatten", FLATTEN, "      Flatten\n"),
    Case("star_for_a_dash", "syntax", "*", FLATTEN, "      * Flatten\n"),
    Case("comment_with_slashes", "syntax", "//", SEED, "// mine\nseed: 0"),
    Case("comment_with_a_semicolon", "syntax", ";", SEED, "; mine\nseed: 0"),
    Case("comment_with_dashes", "syntax", "--", SEED, "-- mine\nseed: 0"),
    Case("comment_with_slashes_in_a_stage", "syntax", "//", "    epochs: 1\n", "    // mine\n    epochs: 1\n"),
    Case("full_width_colon", "syntax", "seed\uff1a0", SEED, "seed\uff1a0"),
    Case("full_width_comma", "syntax", "SGD\uff0c", "SGD, lr", "SGD\uff0c lr"),
    Case("no_break_space_after_a_colon", "syntax", "seed:\u00a00", SEED, "seed:\u00a00"),
    Case("no_break_spaces_before_a_key", "syntax", "\u00a0\u00a0\u00a0\u00a0", "    epochs", "\u00a0\u00a0\u00a0\u00a0epochs"),
    Case("decimal_comma", "type", "001", "lr: 0.001", "lr: 0,001"),
    override("override_with_a_decimal_comma", "type", "5", "train.scheduler={type: StepLR, step_size: 0,5}"),
    Case("type_without_a_space", "syntax", "type:SGD", SGD, "{type:SGD, lr: 0.001}"),
    Case("length_without_a_space", "syntax", "epochs:1", TRAIN, "  train: {epochs:1, loss: CrossEntropyLoss, optimizer: Adam}\n"),
    Case("template_braces", "type", "{{ lr }}", "lr: 0.001", "lr: {{ lr }}"),
    Case("tag_that_includes", "tag", "!include x", "seed: 0", "seed: !include x"),
    Case("tuple_in_braces", "type", "(0.5, 0.5, 0.5)", MEAN, "mean: (0.5, 0.5, 0.5)"),
    Case("argument_without_a_name", "syntax", "10", LINEAR, "{type: Linear, 10}"),
]  # fmt: skip
