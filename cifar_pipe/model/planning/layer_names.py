"""The names in a list of layers: what each is called, and which it takes its input from.

The parameters of a layer go by its name: `conv1.weight`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from cifar_pipe.catalog.core.component import Component
from cifar_pipe.catalog.core.ids import INPUT
from cifar_pipe.model.planning.planned import Planned, Shape, layer_error, words

# A submodule under one of these names would hide, or be hidden by, what every module has. The names of
# an nn.Module are written here, because asking it takes torch.
_NAMES = """
    add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
    extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu
    load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters
    register_backward_hook register_buffer register_forward_hook register_forward_pre_hook
    register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook
    register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook
    register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to
    to_empty train training type xpu zero_grad
"""
OF_MODULES = frozenset(_NAMES.split())
TAKEN = OF_MODULES | {"rows", "input_shape", "steps"}


def layer_names(layers: Sequence[Component], *, taken: Collection[str] = ()) -> list[str]:
    """Each layer's `id`, or else its type in lower case and its number among that type: conv2d_1.

    Raises ProblemError for a name that appears twice or that PyTorch's modules need for themselves;
    `taken` are more of those.
    """
    names: dict[str, Component] = {}
    counts: Counter[str] = Counter()
    for index, layer in enumerate(layers):
        counts[layer.name] += 1
        written = layer.common.get("id")
        name = written or f"{layer.name.lower()}_{counts[layer.name]}"
        message, advice = None, f"another id, {name}_1 for example"
        if name in names:
            message = f"two layers are called `{name}`: this one and a {names[name].name} above it"
            advice = "give one of them another id"
        elif name == INPUT:
            message = f"a layer cannot be called `{name}`: that is what the list of layers is given"
            advice = "another id, stem for example"
        elif name in TAKEN:
            why = "every PyTorch module has something of that name"
            message = f"a layer cannot be called `{name}`: {why}"
        elif name in taken:
            message = f"a layer in here cannot be called `{name}`: something else is"
        if message:
            argument = "id" if written else None
            raise layer_error(message, argument, advice, code="layer-id").below(index)
        names[name] = layer
    return list(names)


def inputs_of(layer: Component, above: Mapping[str, Planned]) -> tuple[str, ...]:
    """The names of the layers that it takes: those of its `input`, else the last one `above`.

    They are trusted to be there, and as many as the layer takes: checks/static/layer_inputs.py.
    """
    written = layer.common.get("input") or _last(above)
    return (written,) if isinstance(written, str) else tuple(written)


def _last(above: Mapping[str, Planned]) -> str:
    return [INPUT, *above][-1]


def origin(
    names: Sequence[str], above: Mapping[str, Planned], given: Shape, owner: Component | None
) -> str:
    """Where a layer's input comes from, in words; `owner` holds the list, which is given `given`."""

    def of(name: str) -> str:
        if name == INPUT:
            whose = f"{owner.name} is given" if owner else "the input is"
            return f"{whose} {words(given)}"
        one = above[name]
        takes = [given if source == INPUT else above[source].shape for source in one.inputs]
        what = "the layer above" if [name] == [*names] == [_last(above)] else name
        return f"{what} gives {words(one.shape)}: {one.layer.name} of {' and '.join(map(words, takes))}"

    return ", ".join(map(of, names))
