"""What comes with text that is pasted, and habits of other languages."""

from __future__ import annotations

from tests.cases.case import BASE, Case
from tests.cases.edits import (
    BATCH,
    CONV1,
    FC3,
    FLATTEN,
    LINEAR,
    NAME,
    NORMALIZE,
    SEED,
    SGD,
    SHAPES,
    TENSOR,
    edited,
)

EPOCHS = "    epochs: 1\n"
FIRST = "version: 1\n"
RELU = "      - ReLU\n"
LAST = "  report: {}\n"
MEAN = "mean: [0.5, 0.5, 0.5]"
CONFLICT = "<<<<<<< HEAD\n    epochs: 1\n=======\n    epochs: 2\n>>>>>>> other\n"
ADDED = "@@ -27,3 +27,3 @@\n-    epochs: 2\n+    epochs: 1\n"
NUMBERED = "".join(f"{n:3} | {line}\n" for n, line in enumerate(BASE.splitlines(), 1))
QUOTED = "".join(f"> {line}\n" for line in BASE.splitlines())
PROMPTED = "".join(f">>> {line}\n" for line in BASE.splitlines() if line)
WIDE = BASE.replace(": ", "\uff1a").replace(":\n", "\uff1a\n")
BLANKS = BASE.replace("    ", "\u00a0\u00a0\u00a0\u00a0")
TODO = "description: Note\uff1a the `net` \u2013 \u201cours\u201d\n"


def value(name: str, words: str, old: str, new: str, code: str = "type") -> Case:
    return Case(name, code, words, old, new)


CASES = [
    Case("line_of_a_conflict", "syntax", "<<<<<<< HEAD", EPOCHS, CONFLICT),
    edited("fences", "syntax", "```yaml", (FIRST, f"```yaml\n{FIRST}"), (LAST, f"{LAST}```\n")),
    edited("fences_and_a_misspelt_key", "syntax", "```yaml", (FIRST, f"```yaml\n{FIRST}"), (LAST, f"{LAST}```\n"), ("epochs:", "epoch:"), count=2),
    Case("prompt", "syntax", "$ cat net.yaml", FIRST, f"$ cat net.yaml\n{FIRST}"),
    Case("prompt_before_each_line", "syntax", ">>> ", new=PROMPTED),
    Case("command_before_the_text", "syntax", "cat > net.yaml << EOF", new=f"cat > net.yaml << EOF\n{BASE}EOF\n"),
    Case("line_of_a_notebook", "syntax", "%%writefile net.yaml", FIRST, f"%%writefile net.yaml\n{FIRST}"),
    Case("imports", "syntax", "import torch", FIRST, f"import torch\nfrom torch import nn\n{FIRST}"),
    Case("caption", "syntax", "yaml", FIRST, f"yaml\nCopy code\n{FIRST}"),
    edited("sentences_around", "syntax", "Here is the new pipeline:", (FIRST, f"Here is the new pipeline:\n{FIRST}"), (LAST, f"{LAST}You can run it with cifar-pipe.\n")),
    Case("address", "syntax", "https://example.com/a.yaml", FIRST, f"https://example.com/a.yaml\n{FIRST}"),
    Case("html", "syntax", "<pre><code>", FIRST, f"<pre><code>\n{FIRST}"),
    Case("added_line", "syntax", "+", EPOCHS, f"+{EPOCHS}"),
    Case("diff", "syntax", "@@ -27,3 +27,3 @@", EPOCHS, ADDED),
    Case("line_numbers", "syntax", "  1 | ", new=NUMBERED),
    Case("quotation", "syntax", "> ", new=QUOTED),
    Case("lines_left_out", "syntax", "...", LAST, f"  ...\n{LAST}"),
    Case("all_colons_are_wide", "syntax", "version\uff1a1", new=WIDE),
    Case("all_indents_are_no_break_spaces", "syntax", "\u00a0\u00a0\u00a0\u00a0", new=BLANKS),
    edited("wide_colon_below_a_text_with_one", "syntax", "epochs\uff1a1", (NAME, NAME + TODO), ("epochs: 1", "epochs\uff1a1")),
    Case("ideographic_indent", "syntax", "\u3000\u3000", EPOCHS, "\u3000\u3000epochs: 1\n"),
    Case("wide_brackets", "syntax", "\uff3b0.5, 0.5, 0.5\uff3d", MEAN, "mean: \uff3b0.5, 0.5, 0.5\uff3d"),
    Case("bullets", "syntax", "\u2022", f"{TENSOR}      - {NORMALIZE}", f"      \u2022 ToTensor\n      \u2022 {NORMALIZE}"),
    Case("dash_of_a_text_program", "syntax", "\u2013", RELU, "      \u2013 ReLU\n"),
    Case("numbered_items", "syntax", "1.", f"{TENSOR}      - {NORMALIZE}", f"      1. ToTensor\n      2. {NORMALIZE}"),
    Case("equals_sign", "syntax", "epochs = 1", EPOCHS, "    epochs = 1\n"),
    Case("arrow", "syntax", "epochs -> 1", EPOCHS, "    epochs -> 1\n"),
    Case("equals_sign_in_braces", "syntax", "lr=0.001", "lr: 0.001", "lr=0.001"),
    Case("only_line_with_an_equals_sign", "type", "runtime:", "runtime: {device: cpu}", "runtime:\n  device = cpu"),
    Case("section_of_ini", "syntax", "[train]", new="[train]\nepochs: 2\n"),
    Case("comment_of_html", "syntax", "<!-- mine -->", SEED, "<!-- mine -->\nseed: 0"),
    Case("comma_after_braces", "syntax", ",", SGD, f"{SGD},"),
    Case("semicolons_in_braces", "syntax", "SGD; lr: 0.001;", SGD, "{type: SGD; lr: 0.001; momentum: 0.9}"),
    Case("no_comma_in_braces", "syntax", "SGD", "SGD, lr", "SGD lr"),
    Case("parentheses_for_braces", "syntax", "(type: SGD, lr: 0.001)", SGD, "(type: SGD, lr: 0.001)"),
    Case("brackets_for_braces", "component", "[type: SGD, lr: 0.1]", SGD, "[type: SGD, lr: 0.1]"),
    edited("braces_around_a_reference", "syntax", "${vars.lr}", (NAME, f"{NAME}vars: {{lr: 0.1}}\n"), (SGD, "{type: SGD, lr: ${vars.lr}}")),
    # code
    Case("call_with_a_module", "unknown-component", "optim.SGD(net.parameters(), lr=0.001, momentum=0.9)", SGD, "optim.SGD(net.parameters(), lr=0.001, momentum=0.9)"),
    Case("call_in_braces", "unknown-component", "nn.Conv2d(6, 16, 5)", FLATTEN, "      - {type: Sequential, layers: [nn.Conv2d(6, 16, 5)]}\n      - Flatten\n"),
    Case("assigned_call", "unknown-component", "self.conv1 = nn.Conv2d(3, 6, 5)", CONV1, "self.conv1 = nn.Conv2d(3, 6, 5)"),
    Case("call_with_tuples", "unknown-component", "transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))", NORMALIZE, "transforms.Normalize((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))"),
    Case("dict_call", "unknown-component", "dict(type='SGD', lr=0.01)", SGD, "dict(type='SGD', lr=0.01)"),
    Case("sequential_call", "unknown-component", "nn.Sequential(nn.Conv2d(6, 6, 3), nn.ReLU(inplace=True))", FLATTEN, f"      - nn.Sequential(nn.Conv2d(6, 6, 3), nn.ReLU(inplace=True))\n{FLATTEN}"),
    Case("call_beside_arguments", "unknown-component", "SGD(0.1)", "type: SGD, lr: 0.001", "type: SGD(0.1)"),
    value("compose_call", "transforms: transforms.Compose([transforms.ToTensor()])", f"transforms:\n{TENSOR}      - {NORMALIZE}", "transforms: transforms.Compose([transforms.ToTensor()])"),
    Case("path_for_a_dataset", "unknown-component", "./photos", SHAPES, "./photos"),
    # values
    value("none_for_a_number", "lr: None", "lr: 0.001", "lr: None"),
    value("none_for_null", "weight: None", "loss: CrossEntropyLoss", "loss: {type: CrossEntropyLoss, weight: None}"),
    value("on_for_true", "shuffle: on", BATCH, f"{BATCH}\n    shuffle: on"),
    value("zero_for_false", "shuffle: 0", BATCH, f"{BATCH}\n    shuffle: 0"),
    value("reference_without_its_sign", "batch_size: vars.bs", BATCH, "batch_size: vars.bs"),
    value("count_of_classes", "out_features: num_classes", LINEAR, "{type: Linear, out_features: num_classes}"),
    value("power", "lr: 10^-3", "lr: 0.001", "lr: 10^-3"),
    value("product", "out_features: 16*5*5", FC3, "      - {type: Linear, out_features: 16*5*5}\n"),
    value("statistics_by_name", "mean: cifar10", MEAN, "mean: cifar10"),
    value("size_with_an_x", "size: 32x32", TENSOR, f"      - {{type: Resize, size: 32x32}}\n{TENSOR}"),
    value("padding_in_capitals", "padding: 'SAME'", CONV1, "{type: Conv2d, out_channels: 6, kernel_size: 5, padding: 'SAME'}"),
    value("number_with_its_unit", "epochs: 10 epochs", "epochs: 1", "epochs: 10 epochs"),
    value("seed_beyond_64_bits", "99999999999999999999", SEED, "seed: 99999999999999999999", "value"),
    Case("python_tag", "tag", "!!python/name:torch.nn.ReLU [", BATCH, "batch_size: !!python/name:torch.nn.ReLU [1]"),
]  # fmt: skip
