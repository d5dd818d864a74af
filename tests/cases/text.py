"""The text: YAML, its characters, its limits."""

from __future__ import annotations

from tests.cases.case import Case

BOMB = "".join(
    f"  {name}: &{name} [{', '.join([inner] * 10)}]\n"
    for name, inner in zip("abcdefg", ("1", "*a", "*b", "*c", "*d", "*e", "*f"), strict=True)
)

CASES = [
    Case("empty_file", "not-a-mapping", "", new="# nothing\n"),
    Case("a_list", "not-a-mapping", "- version: 1", new="- version: 1\n"),
    Case("a_single_value", "not-a-mapping", "lenet", new="lenet\n"),
    Case("no_space_behind_the_colon", "syntax", "seed:0", "seed: 0", "seed:0"),
    Case("no_space_behind_a_nested_colon", "syntax", "epochs:1", "epochs: 1", "epochs:1"),
    Case("open_quote", "syntax", '"', "name: lenet", 'name: "lenet'),
    Case("open_brace", "syntax", "report", "metrics: [accuracy, per_class_accuracy, confusion_matrix]}", "metrics: [accuracy]"),
    Case("bracket_that_closes_nothing", "syntax", "}", "{device: cpu}", "{device: cpu}}"),
    Case("colon_in_a_text", "syntax", ":", "name: lenet", "description: a net: mine"),
    Case("indented_too_far", "syntax", "loss:", "    loss: Cross", "      loss: Cross"),
    Case("indented_too_little", "syntax", "log_every", "    log_every: 5", "   log_every: 5"),
    Case("list_on_the_line_of_its_key", "syntax", "-", "batch_size: 4", "classes: - a"),
    Case("second_document", "syntax", "---", "stages:\n", "---\nstages:\n"),
    Case("backtick", "syntax", "`", "name: lenet", "name: `lenet`"),
    Case("percent", "syntax", "%", "name: lenet", "name: %lenet"),
    Case("wrong_escape", "syntax", r"\d", "name: lenet", r'name: "le\dnet"'),
    Case("missing_key", "syntax", ":", "name: lenet", ": lenet"),
    Case("key_that_is_a_list", "type", "[a, b]", "name: lenet", "[a, b]: lenet"),
    Case("key_that_is_a_number", "type", "1", "name: lenet", "1: lenet"),
    Case("merge_key", "unknown-key", "<<", "    epochs: 1\n", "    <<: {epochs: 1}\n"),
    Case("octal_of_old_yaml_is_decimal", "classes", "out_features: 012", "out_features: 10, id", "out_features: 012, id"),
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
    Case("wide_characters_before_the_place", "type", "3", "batch_size: 4", "classes: [漢字, 3]"),
    Case("crlf", "value", "lr: -1", "optimizer: {type: SGD, lr: 0.001", "optimizer: {type: SGD,\r\n      lr: -1"),
    Case("duplicate_stage", "duplicate-key", "report", "  report: {}\n", "  report: {}\n  report: {}\n"),
]  # fmt: skip
