"""Quantises the exported model, compares each precision with the trained model, and calibrates it."""

import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tokenizers import Tokenizer

from presscheck.configs.loader import ConfigError
from presscheck.configs.schema import RunConfig, RuntimeConfig
from presscheck.data.dataset.mapped import subset
from presscheck.data.passages import Passage
from presscheck.data.schema import Document
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.manifest import RUNTIME_FILES, Calibration, Parity, Precision
from presscheck.serve.predict import pack_parts, part_logits
from presscheck.serve.runtime import Runtime, supports
from presscheck.train.calibrate import fit_calibration
from presscheck.train.model import PressModel
from presscheck.train.parity import max_parity, measure_parity
from presscheck.train.quantise import quantise
from presscheck.train.scored import Scored, parts_of, score_documents

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Precisions:
    """The fitted parts for each precision within its bounds.

    Attributes:
        dev: dev's segments with their logits in the default precision.
    """

    calibration: dict[Precision, dict[str, Calibration]] = field(default_factory=dict)
    parity: dict[Precision, Parity] = field(default_factory=dict)
    dev: list[Scored] = field(default_factory=list)


def _sample(train: Sequence[Document], tokenizer: Tokenizer, config: RunConfig, *, in_front: bool) -> list[Passage]:
    """Training passages to measure activations on, headlines and bodies in turn."""
    places = random.Random(config.seed).sample(range(len(train)), min(len(train), 4 * config.runtime.int8_passages))  # noqa: S311 - not a secret
    parts = [part.text for document in subset(train, places) for part in parts_of(document)]
    passages = pack_parts(parts, tokenizer=tokenizer, max_tokens=config.model.max_tokens, in_front=in_front).passages
    by_kind = ([p for p in passages if len(p.slots) > 1], [p for p in passages if len(p.slots) == 1])
    half = config.runtime.int8_passages // 2
    return [*by_kind[0][:half], *by_kind[1][: config.runtime.int8_passages - half]]


def _beyond(precision: Precision, parity: Parity, options: RuntimeConfig) -> Iterator[str]:
    """The bounds of the config that a precision exceeds."""
    bound = max_parity(options)[precision]
    if parity.max_difference > bound:
        yield f"scores differ from the trained model's by {parity.max_difference:.2g}, more than {bound:g}"
    if parity.flips > options.max_flips:
        yield f"{parity.flips:.2%} of dev's labels cross 0.5, more than {options.max_flips:.2%}"
    for label, change in parity.auc_change.items():
        if abs(change) > options.max_auc_change:
            yield f"ROC AUC of {label} changes by {change:+.4f}, more than {options.max_auc_change:g}"


def fit_precisions(
    model: PressModel,
    tokenizer: Tokenizer,
    runtime: Path,
    *,
    config: RunConfig,
    train: Sequence[Document],
    dev: Sequence[Document],
    in_front: bool,
    default_only: bool = False,
) -> Precisions:
    """Makes int8 if the config asks for it, and calibrates every precision that this CPU computes and that is within its bounds.

    Args:
        runtime: the bundle's `runtime/`, with the exported model in it.
        in_front: whether bodies are read behind their headlines.
        default_only: the config's own precision and f32 alone, for fold models.

    Raises:
        ConfigError: if this machine cannot run the configured precision.
        ModelRefusedError: if the configured precision exceeds its bounds; any other is left out with a warning.
    """
    options = config.runtime
    always: tuple[Precision, ...] = ("f32", options.precision)
    wanted = [p for p in RUNTIME_FILES if p in always or (not default_only and (p != "int8" or options.int8))]
    fitted = Precisions()
    plain: list[Scored] = []
    for precision in (p for p in wanted if supports(p)):
        if precision == "int8":
            quantise(model, runtime, _sample(train, tokenizer, config, in_front=in_front))
        scorer = Runtime(runtime, precision=precision, threads=options.threads)
        read = partial(part_logits, tokenizer=tokenizer, runtime=scorer, max_tokens=config.model.max_tokens, in_front=in_front)
        scored = score_documents(dev, read, in_front=in_front)
        plain = plain or scored
        parity = measure_parity(model, tokenizer, scored, plain=plain, max_tokens=config.model.max_tokens, in_front=in_front)
        if found := list(_beyond(precision, parity, options)):
            message = f"the exported model at {precision}: {'; '.join(found)}"
            if precision == options.precision:
                raise ModelRefusedError(message)
            logger.warning("%s: the bundle is published without %s", message, precision)
            if precision == "int8":
                for suffix in (".xml", ".bin"):
                    (runtime / RUNTIME_FILES[precision]).with_suffix(suffix).unlink()
            continue
        fitted.parity[precision] = parity
        fitted.calibration[precision] = fit_calibration(scored)
        if precision == options.precision:
            fitted.dev = scored
    if not fitted.dev:
        raise ConfigError(
            f"runtime.precision is {options.precision}, which this CPU does not compute in hardware; set runtime.precision=f32"
        )
    return fitted
