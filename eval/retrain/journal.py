"""What a retraining has done: each step with its inputs, its results and the hashes of the files that it wrote.

The file is replaced atomically after every step. A step that is done is skipped as long as its inputs are the same and its files are as it
wrote them; otherwise it is done anew, and so is every later step that reads something else because of it.
"""

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from presscheck.configs.section import Section
from presscheck.data.atomic import write_atomically
from presscheck.data.errors import DataError
from presscheck.data.files import file_sha256

JOURNAL = "run.json"
FORMAT = 1


class StepRecord(Section):
    """One step.

    Attributes:
        attempts: how often it was begun.
        seconds: of the last attempt, `units` what it worked on, for estimates; None until it is done.
        files: path below the folder to sha256.
    """

    inputs: dict[str, str]
    attempts: int
    done: bool = False
    seconds: float | None = None
    units: float | None = None
    values: dict[str, Any] = Field({})
    files: dict[str, str] = Field({})


class RunRecord(Section):
    """A retraining.

    Attributes:
        id: of this run; a run that ended and whose inputs have changed since is followed by one with another id.
        champion: the champion that this run compares with, by the name of its folder.
        host: the machine that began it.
    """

    format: int
    id: str
    began: str
    ended: str | None = None
    champion: str | None
    host: str
    steps: dict[str, StepRecord] = Field({})


@dataclass(frozen=True, slots=True)
class Done:
    """What a step gives: values for later steps, the files that it wrote, and how much it worked on."""

    values: Mapping[str, Any]
    files: Sequence[Path] = ()
    units: float | None = None


class NotDoneError(Exception):
    """A step that would be done, where only the plan is asked for.

    Args:
        reason: what has changed since it was done; empty if it never was.
    """

    def __init__(self, step: str, reason: str) -> None:
        super().__init__(step)
        self.step, self.reason = step, reason


class BeginsAnewError(Exception):
    """A run that had ended is followed by another one, with another champion: its steps are gone through again."""


@dataclass(slots=True)
class Journal:
    """The record of a folder's current run, kept on disk.

    Attributes:
        say: takes a line for people.
        champion_now: the champion at this moment.
        plans: nothing is done or written; the first step that is not done raises NotDoneError.
    """

    folder: Path
    host: str
    champion_now: Callable[[], str | None]
    say: Callable[[str], None]
    plans: bool = False
    record: RunRecord = field(init=False)
    worked: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        path = self.folder / JOURNAL
        if path.is_file():
            self.record = _read(path)
        else:
            self._begin({})

    @property
    def reports(self) -> Path:
        """The folder of this run's pages."""
        return self.folder / "runs" / self.record.id

    def _begin(self, steps: Mapping[str, StepRecord]) -> None:
        now = datetime.now(UTC)
        self.record = RunRecord(
            format=FORMAT,
            id=f"{now:%Y%m%d}-{secrets.token_hex(4)}",
            began=now.isoformat(timespec="seconds"),
            champion=self.champion_now(),
            host=self.host,
            steps=dict(steps),
        )
        self._write()

    def _write(self) -> None:
        if self.plans:
            return
        with write_atomically(self.folder / JOURNAL) as stream:
            stream.write(json.dumps(self.record.model_dump(mode="json"), indent=2) + "\n")

    def start_over(self) -> None:
        """Forgets every step: another run begins."""
        self._begin({})

    def go_on(self) -> None:
        """Begins another run after one that has ended; what is done stays done while its inputs are the same."""
        self._begin(self.record.steps)

    def follow(self, champion: str | None) -> None:
        """Compares with another champion from now on."""
        self.record = self.record.model_copy(update={"champion": champion})
        self._write()

    def values(self, step: str) -> Mapping[str, Any]:
        """What a finished step gave."""
        return self.record.steps[step].values

    def path(self, step: str, name: str) -> Path:
        """The file of that name that a finished step wrote."""
        return self.folder / next(path for path in self.record.steps[step].files if Path(path).name == name)

    def why_not_done(self, step: str, inputs: Mapping[str, str], intact: Callable[[Mapping[str, Any]], str | None]) -> str | None:
        """Why a step has to be done; None if it is done. The empty text: it was never finished."""
        known = self.record.steps.get(step)
        if known is None or not known.done:
            return ""
        if changed := sorted(key for key in {*inputs, *known.inputs} if inputs.get(key) != known.inputs.get(key)):
            return f"changed since: {', '.join(changed)}"
        for name, digest in known.files.items():
            path = self.folder / name
            if not path.is_file() or file_sha256(path) != digest:
                return f"{path} is not as it was written"
        return intact(known.values)

    def step(
        self,
        name: str,
        inputs: Mapping[str, str],
        work: Callable[[], Done],
        *,
        intact: Callable[[Mapping[str, Any]], str | None] = lambda _: None,
    ) -> Mapping[str, Any]:
        """Does a step unless it is done, and returns what it gave.

        Args:
            intact: says what is wrong with what the step made beside its files; None if nothing is.

        Raises:
            BeginsAnewError: if the run had ended and the champion has moved since.
        """
        reason = self.why_not_done(name, inputs, intact)
        if reason is None:
            self.say(f"{name}: done already")
            return self.values(name)
        if self.plans:
            raise NotDoneError(name, reason)
        if self.record.ended:
            before = self.record.champion
            self.say(f"{name}: {reason or 'not done'}; a new run begins")
            self.go_on()
            if self.record.champion != before:
                raise BeginsAnewError
        elif reason:
            self.say(f"{name}: {reason}; done anew")
        else:
            self.say(f"{name} …")
        self.worked = True
        known = self.record.steps.get(name)
        attempts = known.attempts + 1 if known and not known.done and known.inputs == inputs else 1
        self._keep(name, StepRecord(inputs=dict(inputs), attempts=attempts))
        start = time.monotonic()
        done = work()
        self._keep(
            name,
            StepRecord(
                inputs=dict(inputs),
                attempts=attempts,
                done=True,
                seconds=round(time.monotonic() - start, 3),
                units=done.units,
                values=dict(done.values),
                files={str(path.relative_to(self.folder)): file_sha256(path) for path in done.files},
            ),
        )
        return done.values

    def _keep(self, name: str, step: StepRecord) -> None:
        self.record = self.record.model_copy(update={"steps": {**self.record.steps, name: step}})
        self._write()

    def end(self) -> None:
        """Notes that all steps are done."""
        if not self.record.ended:
            self.record = self.record.model_copy(update={"ended": datetime.now(UTC).isoformat(timespec="seconds")})
            self._write()


def _read(path: Path) -> RunRecord:
    try:
        return RunRecord.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(f"{path}: {where}: {first['msg']}; start over with --fresh") from None
