"""The plan of a retraining with an estimated time: `presscheck retrain --dry-run`."""

import json
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from presscheck.configs.retrain import RetrainConfig
from presscheck.data.dataset.documents import Counts, documents
from presscheck.data.schema import SPLITS
from presscheck.eval.retrain.journal import Journal, NotDoneError
from presscheck.eval.retrain.plan import Retraining, champion_name
from presscheck.eval.retrain.retraining import follow_champion, resolved, this_machine
from presscheck.eval.retrain.steps import DO, training_units
from presscheck.eval.retrain.work import STEPS, StepName, Work, step_names
from presscheck.serve.scorer import load_tokenizer
from presscheck.train.encoder import locate

# benchmarks/training/README.md: the default encoder and its batches of 1,024 tokens, two cores with bf16 matrix units.
DOCUMENTED_TOKENS_PER_SECOND = 3_500


@dataclass(frozen=True, slots=True)
class Size:
    """The data of a retraining: documents and segments by split, and the tokens of train (0 if they are not needed)."""

    documents: Mapping[str, int]
    segments: Mapping[str, int]
    train_tokens: int


def _measure(plan: Retraining, *, tokens: bool) -> Size:
    """Reads the data as they would be built."""
    count, segments, found = Counter[str](), Counter[str](), 0
    tokenizer = load_tokenizer(locate(plan.base.model.encoder) / "tokenizer.json") if tokens else None
    for split, document in documents(plan.data.data, Counts()):
        count[split] += 1
        segments[split] += len(document.segments)
        if tokenizer is not None and split == "train":
            found += sum(len(encoding.ids) for encoding in tokenizer.encode_batch([s.text for s in document.segments]))
    return Size(count, segments, found)


def measured_speeds(config: RetrainConfig) -> tuple[dict[str, float], int]:
    """Median seconds per unit of each kind of step in the finished runs of this folder on this machine, and the number of these runs."""
    rates: dict[str, list[float]] = {}
    runs = 0
    for path in sorted(config.folder.glob("runs/*/report.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["host"] == this_machine():
            runs += 1
            for step, units in found.get("units", {}).items():
                rates.setdefault(step.split()[0], []).append(found["seconds"][step] / units)
    return {step: statistics.median(values) for step, values in rates.items()}, runs


def _state(plan: Retraining, journal: Journal, *, fresh: bool, until: StepName) -> tuple[str | None, str]:
    """The first step that has to be done, None if all are, and why."""
    work = Work(plan, journal, fresh)
    try:
        for step in STEPS[: STEPS.index(until) + 1]:
            DO[step](work)
    except NotDoneError as first:
        return first.step, first.reason
    return None, ""


def _units(plan: Retraining, size: Size) -> dict[str, float]:
    return {
        "data": sum(size.documents.values()),
        "check": sum(size.documents.values()),
        "train": training_units(plan.base, size.segments.get("train", 0)),
        "select": len(plan.config.seeds) * size.segments.get("dev", 0),
        "evaluate": size.segments.get("test", 0),
        "compare": size.segments.get("test", 0) if plan.champion else 0,
    }


def forecast(config: RetrainConfig, *, as_of: date | None, fresh: bool, until: StepName) -> Iterator[str]:
    """The lines of the plan: each step, whether it is done already, and the time that it takes by earlier runs or documented speeds.

    Raises:
        ConfigError, DataError, ModelRefusedError: what would stop the retraining before it begins.
    """
    journal = Journal(config.folder, this_machine(), lambda: champion_name(config.models_dir), lambda _: None, plans=True)
    if fresh:
        journal.start_over()
    follow_champion(journal, config.models_dir)
    plan = resolved(config, journal, as_of=as_of)
    first, reason = _state(plan, journal, fresh=fresh, until=until)
    if first is not None and journal.record.ended:  # so another run begins, against the champion of now
        journal.go_on()
        plan = resolved(config, journal, as_of=as_of)
        first, reason = _state(plan, journal, fresh=fresh, until=until)
    speeds, runs = measured_speeds(config)
    documented = "train" not in speeds and plan.base.model.encoder == "minilm-l6"
    size = _measure(plan, tokens=documented)
    if documented:
        epochs = training_units(plan.base, 1)
        speeds["train"] = size.train_tokens * epochs / DOCUMENTED_TOKENS_PER_SECOND / max(_units(plan, size)["train"], 1)
    yield f"{config.name} in {config.folder}/, champion {journal.record.champion or 'none yet'}"
    yield "data: " + ", ".join(f"{split} {size.documents.get(split, 0):,} documents" for split in SPLITS)
    names = step_names(config.seeds, until=until)
    done = names.index(first) if first in names else len(names)
    total = 0.0
    unknown: list[str] = []
    for number, name in enumerate(names):
        kind = name.split()[0]
        seconds = speeds[kind] * _units(plan, size).get(kind, 0) if kind in speeds else None
        if number < done:
            yield f"  {name:<12} done already"
            continue
        total += seconds or 0.0
        unknown += [kind] if seconds is None and kind not in ("promote", *unknown) else []
        note = f", {reason}" if number == done and reason else ""
        yield f"  {name:<12} {'a moment' if kind == 'promote' else 'not measured yet' if seconds is None else _time(seconds)}{note}"
    basis = _basis(runs, documented=documented)
    yield f"estimated: {_time(total) if total else 'nothing yet'}{basis}" + (f"; not in it: {', '.join(unknown)}" if unknown else "")


def _basis(runs: int, *, documented: bool) -> str:
    if documented:
        return (
            f", by the documented speed of training ({DOCUMENTED_TOKENS_PER_SECOND:,} tokens/s, benchmarks/training): no run here to go by"
        )
    if not runs:
        return ", since no run was measured on this machine"
    return f", by the speeds of {runs} earlier run{'s' if runs > 1 else ''} on this machine"


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
