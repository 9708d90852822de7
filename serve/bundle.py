"""The bundle: one folder that scores by itself. Reading verifies every hash and refuses what does not fit."""

import json
import math
import os
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from presscheck.data.files import file_sha256
from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS, FlagName, LabelName
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.reference import Reference

MANIFEST = "presscheck.json"
SUMS = "SHA256SUMS"
REQUIRED = ("config.json", "tokenizer.json", "model.safetensors", "runtime/model.xml", "runtime/model.bin", MANIFEST)
FLAGS: tuple[FlagName, ...] = ("sensational", "loaded", "unsourced")
# The labels that a flag is raised on.
LABELS_OF_FLAG: Mapping[FlagName, tuple[LabelName, ...]] = {
    "sensational": ("sensational",),
    "loaded": ("loaded",),
    "unsourced": ("claim", "attributed", "needs_source"),
}
Precision = Literal["f32", "bf16", "int8"]
# The model that runs, by precision, in runtime/. int8 is there where training quantised the model.
RUNTIME_FILES: dict[Precision, str] = {"f32": "model.xml", "bf16": "model.xml", "int8": "int8.xml"}


class Part(BaseModel):
    """Base of the manifest's sections."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Calibration(Part):
    """Platt scaling of one output: probability = sigmoid(slope * logit + intercept)."""

    slope: float = Field(gt=0)
    intercept: float


class Parity(Part):
    """How far the runtime model's probabilities lie from the training model's, over every trained segment label of `texts` texts.

    Attributes:
        flips: share of dev's segment labels that lie on the other side of 0.5 than in f32.
        auc_change: ROC AUC on dev less that in f32, by label.
    """

    texts: int
    max_difference: float
    mean_difference: float
    flips: float = 0.0
    auc_change: dict[str, float] = {}


class Threshold(Part):
    """A flag's threshold on its calibrated probability, and what it reached on dev with cross-fitted calibration.

    Attributes:
        precision_lower: lower end of the 95 % Wilson interval of the precision reached.
        prevalence: share of positives that the precision is reckoned for.
        base: share of positives on dev, which calibration saw.
        reached: whether the target was reached on dev; where not, the threshold with the best precision was taken.
    """

    threshold: float = Field(ge=0, le=1)
    target_precision: float
    precision: float
    precision_lower: float
    recall: float
    flagged: int
    prevalence: float
    base: float = Field(ge=0, le=1)
    reached: bool


class Policy(Part):
    """A threshold per flag whose labels were learnt, and two on risk.

    Attributes:
        elevated: risk from which an article is looked at; below it, it passes.
        high: risk from which it is escalated.
        bands: what the two reached on articles that the risk model did not see; empty where the bundle has no risk model.
    """

    thresholds: dict[FlagName, Threshold]
    elevated: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    commercial: bool = False
    bands: dict[Literal["elevated", "high"], Threshold] = {}

    @model_validator(mode="after")
    def _complete(self) -> "Policy":
        if tuple(self.thresholds) != tuple(flag for flag in FLAGS if flag in self.thresholds):
            raise ValueError(f"a policy has thresholds for {', '.join(FLAGS)}, in this order")
        return self


class RiskWeight(Part):
    """One feature of the risk model: its contribution is weight * `serve.risk.standardised(value)`."""

    mean: float
    scale: float = Field(gt=0)
    weight: float


class RiskModel(Part):
    """Logistic regression over named features with fixed signs.

    Attributes:
        articles: how many articles it was fitted on, with out-of-fold scores.
        base: share of them that an editor would review.
        auc: cross-validated ROC AUC on them.
    """

    intercept: float
    features: dict[str, RiskWeight]
    articles: int
    base: float = Field(ge=0, le=1)
    auc: float | None


class Canary(Part):
    """A fixed article and what the bundle said of it when it was published, by precision; `serve.canary` compares."""

    headline: str
    body: str
    values: dict[Precision, dict[str, float]]


class Manifest(Part):
    """What `presscheck.json` holds.

    Attributes:
        trained_labels: those that the data taught; all others are null in every record.
        trained_tags: the same of tags; no span of another is shown. Bundles from before it was written have all.
        not_learnt: why other labels and tags of the data are not among them, by "label/NAME" or "tag/NAME".
        reference: the dev split as this bundle scores it, for drift.
        canary: None in bundles that were published before there was one.
    """

    format: Literal[1]
    name: str
    version: str
    labels: tuple[str, ...]
    tags: tuple[str, ...]
    trained_labels: tuple[str, ...]
    trained_tags: tuple[str, ...] = TOKEN_TAGS
    not_learnt: dict[str, str] = {}
    max_tokens: int
    default_precision: Precision
    calibration: dict[Precision, dict[str, Calibration]]
    parity: dict[Precision, Parity]
    tag_thresholds: dict[str, float]
    policies: dict[str, Policy]
    default_policy: str
    risk: RiskModel | None
    config: dict[str, Any]
    config_sha256: str
    data_sha256: str
    data: dict[str, Any]
    weights_sha256: str
    versions: dict[str, str]
    training_seconds: float | None = None
    training_threads: int | None = None
    reference: Reference | None = None
    canary: Canary | None = None

    @model_validator(mode="after")
    def _fits_this_code(self) -> "Manifest":
        if self.labels != SEGMENT_LABELS:
            raise ValueError(f"segment labels are {self.labels}, this version needs {SEGMENT_LABELS}")
        if self.tags != TOKEN_TAGS:
            raise ValueError(f"token tags are {self.tags}, this version needs {TOKEN_TAGS}")
        outputs = {*(f"label/{name}" for name in self.labels), *(f"tag/{name}" for name in self.tags)}
        for precision, fitted in self.calibration.items():
            if set(fitted) != outputs:
                raise ValueError(f"calibration for {precision} covers {sorted(fitted)}, not {sorted(outputs)}")
        if tuple(self.tag_thresholds) != self.tags:
            raise ValueError(f"tag thresholds are for {tuple(self.tag_thresholds)}, not {self.tags}")
        for learnt, known in ((self.trained_labels, self.labels), (self.trained_tags, self.tags)):
            if unknown := sorted(set(learnt) - set(known)):
                raise ValueError(f"{', '.join(unknown)} cannot be learnt: there are {', '.join(known)}")
        return self

    @model_validator(mode="after")
    def _fits_itself(self) -> "Manifest":
        for name, policy in self.policies.items():
            if without := sorted(set(flags_of(self.trained_labels)) - set(policy.thresholds)):
                raise ValueError(f"policy {name} has no threshold for {', '.join(without)}, whose labels were learnt")
        if self.default_precision not in self.calibration:
            raise ValueError(f"no calibration for the default precision {self.default_precision}")
        if self.default_policy not in self.policies:
            raise ValueError(f"no policy {self.default_policy!r}")
        if self.canary is not None and set(self.canary.values) != set(self.calibration):
            raise ValueError(f"the canary covers {sorted(self.canary.values)}, not {sorted(self.calibration)}")
        return self

    def span_threshold(self, tag: str) -> float:
        """The probability from which a word belongs to a span of the tag: one that no word reaches where the tag was not learnt."""
        return self.tag_thresholds[tag] if tag in self.trained_tags else math.inf


def flags_of(labels: Collection[str]) -> tuple[FlagName, ...]:
    """The flags that can be raised with these labels."""
    return tuple(flag for flag in FLAGS if set(LABELS_OF_FLAG[flag]) <= set(labels))


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle on disk."""

    path: Path
    manifest: Manifest


def _files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.name != SUMS)


def write_sums(folder: Path) -> None:
    """Writes SHA256SUMS over every file of the folder, in the format of `sha256sum -c`."""
    lines = [f"{file_sha256(folder / name)}  {name}\n" for name in _files(folder)]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest; numbers keep their exact value."""
    text = json.dumps(manifest.model_dump(mode="json"), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def publish(folder: Path, target: Path) -> None:
    """Moves a finished folder to its place, where nothing stands yet; a reader sees the whole bundle or none."""
    write_sums(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(target)


def point(pointer: Path, target: Path) -> None:
    """Makes `pointer` a link to the bundle beside it, atomically."""
    temporary = pointer.with_name(f".{pointer.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)  # of a process of that number which ended here
    temporary.symlink_to(target.name)
    temporary.replace(pointer)


def _verified_sums(folder: Path) -> dict[str, str]:
    """The sha256 of every file of the bundle, each checked against the file itself."""
    sums = folder / SUMS
    if not sums.is_file():
        raise ModelRefusedError(f"{folder}: no {SUMS}; this is no finished bundle")
    listed: dict[str, str] = {}
    for number, line in enumerate(sums.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name:
            raise ModelRefusedError(f"{sums}:{number}: not a line of a checksum file")
        listed[name] = digest
    for name in REQUIRED:
        if name not in listed or not (folder / name).is_file():
            raise ModelRefusedError(f"{folder}: {name} is missing; train again or restore the bundle")
    there = [name for name in listed if (folder / name).is_file()]
    with ThreadPoolExecutor() as threads:  # hashing lets go of the interpreter
        found = dict(zip(there, threads.map(lambda name: file_sha256(folder / name), there), strict=True))
    for name, digest in listed.items():
        if found.get(name) != digest:
            raise ModelRefusedError(
                f"{folder}: {name} is not the file that training wrote (sha256 differs); restore the bundle or train again"
            )
    extra = set(_files(folder)) - set(listed)
    if extra:
        raise ModelRefusedError(f"{folder}: {sorted(extra)[0]} is not part of the bundle; remove it")
    return listed


def read_bundle(folder: Path) -> Bundle:
    """Reads and verifies a bundle.

    Raises:
        ModelRefusedError: where a file is missing, changed or does not fit this version of the code.
    """
    folder = folder.resolve()
    sums = _verified_sums(folder)
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ModelRefusedError(f"{folder / MANIFEST}: {where + ': ' if where else ''}{first['msg']}; train it again") from None
    for precision in manifest.calibration:
        if f"runtime/{RUNTIME_FILES[precision]}" not in sums:
            raise ModelRefusedError(f"{folder}: runtime/{RUNTIME_FILES[precision]} is missing, the model for {precision}")
    if sums["model.safetensors"] != manifest.weights_sha256:
        raise ModelRefusedError(f"{folder}: the manifest names other weights than model.safetensors")
    return Bundle(folder, manifest)


def find_bundle(models_dir: Path) -> tuple[Path, str]:
    """The champion's folder, else the candidate's, and which of the two it is.

    Raises:
        ModelRefusedError: where there is neither; the message names the command that makes one.
    """
    for role in ("champion", "candidate"):
        pointer = models_dir / role
        if pointer.exists():
            return pointer.resolve(), role
        if pointer.is_symlink():
            raise ModelRefusedError(f"{pointer} points at {pointer.readlink()}, which is gone; train again or point it at a bundle")
    raise ModelRefusedError(f"no model in {models_dir}/ yet; train one with: presscheck train starter")
