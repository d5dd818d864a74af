"""The answer to `why` as lines for a terminal, and as what JSON can hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cifar_pipe.comparison.measures import between, difference_in_words, in_words
from cifar_pipe.comparison.statistics import Estimate, mean_of
from cifar_pipe.comparison.tables import wrapped
from cifar_pipe.comparison.why.question import Answer, Effort, Question
from cifar_pipe.diagnostics.terminal_width import width_of
from cifar_pipe.report.differences.values import value_texts
from cifar_pipe.report.formatting import aligned, plural
from cifar_pipe.report.formatting import seconds as duration
from cifar_pipe.report.language import _


def question_lines(question: Question, effort: Effort) -> list[str]:
    """What is to be run, and for how long."""
    crossing = question.crossing
    kind = "all of their" if crossing.design.is_full else "each changed first and last in"
    runs = f"{kind} {len(crossing.variants)} variants"
    lines = [*factor_lines(question), ""]
    lines += wrapped(
        f"{plural(len(crossing.factors), 'setting')}, {runs}, {plural(len(question.seeds), 'seed')}: "
        f"{plural(effort.runs, 'run')}, of which {effort.anew} have something to compute"
        f"{_about(effort)}."
    )
    if question.crossing.left_out:
        names = ", ".join(one.name for one in crossing.left_out)
        lines += wrapped(f"{question.metric} does not depend on what else differs: {names}.")
    seeds = [one.replicate[0] for one in (question.before, question.after)]
    if seeds[0] != seeds[1]:
        lines += wrapped("The two runs have other seeds; all variants run with the same.")
    return lines


def factor_lines(question: Question) -> Iterator[str]:
    for number, factor in enumerate(question.crossing.factors, 1):
        head = f"{number}  "
        for setting in factor.settings:
            before, after = value_texts(setting)
            text = f"{setting.name}: {before} -> {after}"
            first, *more = wrapped(text, 80 - width_of(head))
            yield head + first
            yield from ("      " + line for line in more)
            head = " " * len(head)


def _about(effort: Effort) -> str:
    if effort.seconds is None:
        return ""
    return f", about {duration(effort.seconds)} by what their stages took"


def verdict(answer: Answer) -> str:
    """In a sentence."""
    metric, total = answer.question.metric, answer.total
    whole, seeds = difference_in_words(metric, total.value), plural(total.count, "seed")
    if total.interval is None:
        return _(
            "With one seed the difference is {whole}, of which {setting} makes most; how far another "
            "seed moves that is not known.",
            whole=whole,
            setting=answer.largest.factor.name,
        )
    clear = sorted(
        (one for one in answer.shares if one.share.is_clear), key=lambda one: -abs(one.share.value)
    )
    named = _(", ").join(
        _(
            "{value} ({interval})",
            value=one.factor.name,
            interval=difference_in_words(metric, one.share.value),
        )
        for one in clear
    )
    if not total.is_clear:
        words = _(
            "Over {seeds} the two do not clearly differ: {whole} ({interval})",
            seeds=seeds,
            whole=whole,
            interval=between(metric, total.interval, signed=True),
        )
        if clear:
            words += _("; clear all the same is the share of {settings}", settings=named)
    elif not clear:
        words = _(
            "Of the difference of {whole} no setting's share is clear after {seeds}: more seeds make "
            "the intervals smaller",
            whole=whole,
            seeds=seeds,
        )
    else:
        words = _("The difference of {whole} comes from {settings}", whole=whole, settings=named)
        if rest := len(answer.shares) - len(clear):
            others = plural(rest, "other setting")
            words += _("; the share of {others} is not clear", others=others)
    return words + _(".")


def answer_lines(answer: Answer) -> list[str]:
    question, metric = answer.question, answer.question.metric
    every = frozenset(range(len(answer.shares)))
    ends = {"A": (question.before, frozenset[int]()), "B": (question.after, every)}
    lines = []
    for label, (one, variant) in ends.items():
        mean = mean_of(list(answer.values[variant].values())).value
        lines.append(f"{label}  {one.path.as_posix()}  {metric} {in_words(metric, mean)}")
    lines += ["", *factor_lines(question), ""]
    lines += [*aligned(share_rows(answer), right=(1, 3, 4)), ""]
    for paragraph in (verdict(answer), *meanings(answer)):
        lines += wrapped(paragraph)
    return lines


def share_rows(answer: Answer) -> list[tuple[str, ...]]:
    """A head, a row for each setting by its number, what is left over, and the whole."""
    metric = answer.question.metric
    rows: list[tuple[str, ...]] = [
        (_("setting"), _("share of the difference"), _("95 % interval"), _("alone"), _("last"))
    ]
    for number, share in enumerate(answer.shares, 1):
        alone, last = (difference_in_words(metric, one.value) for one in (share.alone, share.last))
        rows.append((str(number), *_estimate(metric, share.share), alone, last))
    if answer.left_over is not None:
        rows.append((_("left over"), *_estimate(metric, answer.left_over), "", ""))
    return [*rows, (_("all"), *_estimate(metric, answer.total), "", "")]


def meanings(answer: Answer) -> list[str]:
    """What a share is, and what the intervals are for."""
    return [_meaning_of_share(answer), _meaning_of_interval(answer)]


def _meaning_of_share(answer: Answer) -> str:
    if answer.left_over is None:
        return _(
            "A setting's share is the mean of what changing it does over all orders in which the "
            "settings can be changed one after the other, so what settings do together is divided "
            "among them; the shares sum to the difference."
        )
    return _(
        "A setting's share is the mean of what changing it does first and last. That is exact where no "
        "three settings act together; what is left over is what the shares do not explain."
    )


def _meaning_of_interval(answer: Answer) -> str:
    seeds = _(", ").join(map(str, answer.question.seeds))
    if len(answer.question.seeds) == 1:
        return _(
            "Only seed {seed} was run: how far another moves the shares takes --seeds 3 or more.",
            seed=seeds,
        )
    return _(
        "The 95 % intervals are for other seeds (Student's t over the seeds {seeds}, each variant with "
        "the same), with the same test images.",
        seeds=seeds,
    )


def _estimate(metric: str, found: Estimate) -> tuple[str, str]:
    value = difference_in_words(metric, found.value)
    return value, between(metric, found.interval, signed=True)


def question_json(question: Question, effort: Effort) -> dict[str, Any]:
    return {
        "metric": question.metric,
        "settings": [
            {"names": [setting.name for setting in one.settings]}
            for one in question.crossing.factors
        ],
        "variants": [question.crossing.label(one) for one in question.crossing.variants],
        "seeds": list(question.seeds),
        "runs": effort.runs,
        "runs_to_compute": effort.anew,
        "seconds": effort.seconds,
    }


def answer_json(answer: Answer, page: Path | None = None) -> dict[str, Any]:
    """Shares of the test images are fractions; an interval that is not known is null."""
    question = answer.question
    label = question.crossing.label
    return {
        "metric": question.metric,
        "before": question.before.path.as_posix(),
        "after": question.after.path.as_posix(),
        "seeds": list(question.seeds),
        "all_variants": question.crossing.design.is_full,
        "difference": _plain(answer.total),
        "left_over": None if answer.left_over is None else _plain(answer.left_over),
        "settings": [
            {
                "names": [setting.name for setting in one.factor.settings],
                "share": _plain(one.share),
                "alone": _plain(one.alone),
                "last": _plain(one.last),
            }
            for one in answer.shares
        ],
        "variants": {
            label(variant): {str(seed): value for seed, value in values.items()}
            for variant, values in answer.values.items()
        },
        "page": page.as_posix() if page else None,
    }


def _plain(found: Estimate) -> dict[str, Any]:
    return {"value": found.value, "interval": found.interval}
