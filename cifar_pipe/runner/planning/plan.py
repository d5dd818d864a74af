"""What a run would do, stage by stage."""

from __future__ import annotations

from cifar_pipe.runner.planning.judge import Judge, Verdict
from cifar_pipe.runner.store.keys import digest_of


def plan(judge: Judge) -> dict[str, Verdict]:
    """The verdict on each stage by its id, in order.

    What a stage that runs will give is not known beforehand: those that take it are said to run, and
    will be left out after all where it turns out to be the same.
    """
    digests: dict[tuple[str, str], str] = {}
    verdicts: dict[str, Verdict] = {}
    for stage in judge.pipeline.stages:
        verdict = verdicts[stage.id] = judge.verdict(stage, digests)
        if verdict.entry is not None:
            for output, kept in verdict.entry.content["outputs"].items():
                digests[output, stage.id] = kept["digest"]
        elif verdict.key is not None and not stage.spec.KEPT:
            digests |= {(out, stage.id): given_digest(verdict.key, out) for out in stage.spec.GIVES}
    return _with_needed(judge, verdicts)


def given_digest(key: str, output: str) -> str:
    """Of an output that is not kept: what it follows from stands for it."""
    return digest_of([key, output])


def _with_needed(judge: Judge, verdicts: dict[str, Verdict]) -> dict[str, Verdict]:
    """A stage of whose output only the digest is kept runs where another one that runs takes it."""
    for stage in reversed(judge.pipeline.stages):
        if verdicts[stage.id].action not in ("run", "resume"):
            continue
        for output, giver in stage.inputs.items():
            verdict = verdicts[giver]
            if verdict.entry is not None and not verdict.entry.has(output):
                reason = f"{stage.id} needs its {output}"
                verdicts[giver] = Verdict(
                    "run", reason, verdict.key, verdict.described, needed=True
                )
    return verdicts
