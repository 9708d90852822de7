"""A retraining at work: its plan, its journal, and what is kept in memory from one step to the next; the names of the steps."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from presscheck.configs.schema import RunConfig
from presscheck.data.dataset.documents import load_splits
from presscheck.eval.retrain.data_change import Splits
from presscheck.eval.retrain.inputs import bundle_digest
from presscheck.eval.retrain.journal import Journal
from presscheck.eval.retrain.plan import Retraining
from presscheck.eval.test_split import HeldOut, hold_out
from presscheck.serve.bundle import Bundle, read_bundle
from presscheck.train.parent_run import ParentRun

StepName = Literal["data", "check", "train", "select", "evaluate", "compare", "promote"]
STEPS: tuple[StepName, ...] = get_args(StepName)


def step_names(seeds: Sequence[int], *, until: StepName = "promote") -> list[str]:
    """The steps as the journal names them: training is a step for each seed."""
    return [name for step in STEPS[: STEPS.index(until) + 1] for name in ([f"train {s}" for s in seeds] if step == "train" else [step])]


@dataclass(slots=True)
class Work:
    """A retraining at work. Data and scores are kept in memory from one step to the next, and read again in a resumed run."""

    plan: Retraining
    journal: Journal
    fresh: bool
    _parent: ParentRun | None = field(init=False, default=None)
    _splits: Splits | None = field(init=False, default=None)
    _held: HeldOut | None = field(init=False, default=None)

    @property
    def parent(self) -> ParentRun:
        """The MLflow run of the whole, opened when it is first needed: a finished run is left alone."""
        if self._parent is None:
            self._parent = ParentRun(self.plan.base.tracking, name=self.plan.config.name, key=self.journal.record.id)
        return self._parent

    def close(self, *, failed: bool = False) -> None:
        """Closes the MLflow run, if it is open; it is opened again when the retraining goes on."""
        if self._parent is not None:
            self._parent.close(failed=failed)
            self._parent = None

    @property
    def built(self) -> Path:
        """The data set's folder."""
        return self.journal.folder / str(self.journal.values("data")["folder"])

    @property
    def candidate(self) -> Bundle:
        """The chosen bundle."""
        return read_bundle(self.plan.config.models_dir / str(self.journal.values("select")["candidate"]))

    def splits(self) -> Splits:
        """The documents of the data set."""
        if self._splits is None:
            self._splits = load_splits(self.training(self.plan.config.seeds[0]).data)
        return self._splits

    def held(self) -> HeldOut:
        """The test split as the candidate scores it."""
        if self._held is None:
            self._held = hold_out(self.candidate)
        return self._held

    def training(self, seed: int) -> RunConfig:
        """The training config of a seed."""
        return self.plan.training(seed, self.built)

    def champion_inputs(self) -> dict[str, str]:
        """The champion as an input of a step."""
        champion = self.plan.champion
        return {"champion": f"{champion.path.name} {bundle_digest(champion.path)}" if champion else "none"}
