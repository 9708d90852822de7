"""How near a student with half of the arithmetic comes to its teacher.

    python -m benchmarks.student models/candidate --feed-forward 384 [--minutes 25] [--record NAME]
    python -m benchmarks.student models/candidate --layers 0 2 4

Trains a student for so long on the starter corpus' train texts and on passages made of them, and compares it with its teacher on dev: the
ROC AUC of each label, and the share of other flags at the default policy's thresholds, by the teacher's calibration, in f32.
"""

import argparse
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import gettempdir

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer
from torch import Tensor
from tqdm.auto import tqdm

from benchmarks.machine import describe
from benchmarks.report import Results, record, results_of, table
from benchmarks.student.changed_texts import changed
from benchmarks.student.passages import changed_passages, judged_headlines
from benchmarks.student.student import Outputs, Teacher, Weights, imitation_loss, load_teacher, outputs_of, thin, with_layers
from presscheck.configs.loader import load
from presscheck.data.dataset.documents import load_splits
from presscheck.data.passages import special_tokens
from presscheck.data.schema import POSITIVE, SEGMENT_LABELS, Document
from presscheck.data.text.capitalised_names import names_of
from presscheck.serve.bundle import Bundle, read_bundle
from presscheck.serve.logistic import sigmoid
from presscheck.serve.scorer import load_tokenizer
from presscheck.train.batches import TokenBudgetBatches, collate, make_examples
from presscheck.train.example_store import StoredExamples, store_examples
from presscheck.train.memory import keep_freed_memory
from presscheck.train.model import PressModel
from presscheck.train.trainer import resolve_bf16

FOLDER, SCRATCH = Path(__file__).parent, Path(gettempdir())
WARMUP, MAX_NORM, TOKENS, SEED = 0.03, 1.0, 1024, 7
Array = NDArray[np.float64]


def passages(train: Sequence[Document], tokenizer: Tokenizer, epoch: int, *, changes: bool) -> StoredExamples:
    """What the student reads in an epoch."""
    read = [*make_examples(train, tokenizer, max_tokens=256), *judged_headlines(train, tokenizer, max_tokens=256)]
    if changes:
        names = names_of(train)
        others = (changed(document, names, seed=f"{SEED}/{epoch}") for document in train)
        read += make_examples(others, tokenizer, max_tokens=256)
    more = changed_passages([one.ids for one in read], special=special_tokens(tokenizer), max_tokens=256, seed=f"{SEED}/{epoch}")
    return store_examples([*read, *more], beside=SCRATCH)


def dealt(read: TokenBudgetBatches, *, pad: int) -> Iterator[dict[str, Tensor]]:
    """Batches without end, epoch by epoch."""
    chance = random.Random(SEED)  # noqa: S311 - not cryptography
    epoch = 0
    while True:
        read.set_epoch(epoch)
        for number in chance.sample(range(len(read)), len(read)):
            yield collate(read[number], pad=pad)
        epoch += 1


def teach(
    student: PressModel,
    teacher: Teacher,
    layers: Sequence[int],
    batches: Iterator[dict[str, Tensor]],
    asked: argparse.Namespace,
    *,
    separator: int,
) -> int:
    """Trains for the minutes that were asked for; the learning rate falls linearly. Returns the number of tokens.

    Args:
        layers: those of the teacher that the student's stand for, counted from 0.
        separator: id of the token at which labels are read.
    """
    learning = [parameter for parameter in student.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learning, lr=asked.rate, weight_decay=0.01, fused=True)
    weights = Weights(asked.inner, asked.last, asked.labels)
    lower = partial(torch.autocast, "cpu", torch.bfloat16, enabled=resolve_bf16("auto"))
    begin, tokens, share = time.monotonic(), 0, 0.0
    student.train()
    with tqdm(total=asked.minutes, unit="min", bar_format="{l_bar}{bar}| {n:.1f} of {total:.0f} min", disable=None) as bar:
        while share < 1:
            batch = next(batches)
            is_token_BT = batch["attention_mask"].bool()
            is_separator_BT = is_token_BT & (batch["input_ids"] == separator)
            with lower():
                with torch.no_grad():
                    whole = outputs_of(teacher.model, batch)
                own = outputs_of(student, batch)
            wanted = Outputs(whole.labels, whole.tags, [whole.hidden[number] for number in layers])
            loss = imitation_loss(own, wanted, teacher=teacher, weights=weights, is_token_BT=is_token_BT, is_separator_BT=is_separator_BT)
            loss.backward()  # type: ignore[no-untyped-call]  # untyped library
            torch.nn.utils.clip_grad_norm_(learning, MAX_NORM)
            for group in optimiser.param_groups:
                group["lr"] = asked.rate * min(share / WARMUP, 1 - share) if share else asked.rate * 1e-3
            optimiser.step()
            optimiser.zero_grad()
            tokens += int(is_token_BT.sum())
            share = (time.monotonic() - begin) / 60 / asked.minutes
            bar.update(min(share, 1) * asked.minutes - bar.n)
    return tokens


@torch.no_grad()
def probabilities(model: PressModel, dev: TokenBudgetBatches, bundle: Bundle) -> tuple[dict[str, Array], dict[str, Array]]:
    """Of every labelled segment of dev: each learnt label's probability, by the bundle's calibration, and its target (NaN if missing)."""
    model.eval()
    logits, targets = [], []
    for number in range(len(dev)):
        examples = dev[number]
        batch = collate(examples, pad=0)
        found, _ = model(batch["input_ids"], batch["attention_mask"])
        logits += [found[row, torch.tensor(one.labels_at, dtype=torch.long)] for row, one in enumerate(examples)]
        targets += [one.labels for one in examples]
    logits_SL, targets_SL = torch.cat(logits).double().numpy(), np.concatenate(targets).astype(float)
    by_label, of_label = {}, {}
    for name in bundle.manifest.trained_labels:
        place, fit = SEGMENT_LABELS.index(name), bundle.manifest.calibration["f32"][f"label/{name}"]
        by_label[name] = sigmoid(logits_SL[:, place] * fit.slope + fit.intercept)
        of_label[name] = targets_SL[:, place]
    return by_label, of_label


def flags(found: Mapping[str, Array], targets: Mapping[str, Array], bundle: Bundle) -> dict[str, NDArray[np.bool_]]:
    """What the default policy flags: headlines, sentences without a source, loaded segments."""
    is_headline = ~np.isnan(targets["sensational"])
    is_sentence = ~np.isnan(targets["claim"]) & ~is_headline
    unsourced = found["claim"] * (1 - found["attributed"]) * found["needs_source"]
    thresholds = {name: one.threshold for name, one in bundle.manifest.policies[bundle.manifest.default_policy].thresholds.items()}
    return {
        "sensational": (found["sensational"] >= thresholds["sensational"])[is_headline],
        "unsourced": (unsourced >= thresholds["unsourced"])[is_sentence],
        "loaded": found["loaded"] >= thresholds["loaded"],
    }


def compared(student: PressModel, teacher: Teacher, dev: TokenBudgetBatches, bundle: Bundle) -> dict[str, float]:
    """Each label's ROC AUC less the teacher's, and the share of flags that differ."""
    (own, targets), (wanted, _) = (probabilities(model, dev, bundle) for model in (student, teacher.model))
    found = {}
    for name in bundle.manifest.trained_labels:
        asked = ~np.isnan(targets[name])
        ours, theirs = (roc_auc_score(targets[name][asked] >= POSITIVE, part[name][asked]) for part in (own, wanted))
        found[f"AUC {name}"] = float(ours - theirs)
    own_flags, wanted_flags = (flags(part, targets, bundle) for part in (own, wanted))
    return found | {f"other flags {name}": float((own_flags[name] != wanted_flags[name]).mean()) for name in own_flags}


def draw(results: Results) -> str:
    """The table, a row a student."""
    heads = ["student", "minutes", "tokens", *next(iter(results.values()))["found"]]
    rows = []
    for name, run in results.items():
        cells = (f"{value:.1%}" if key.startswith("other") else f"{value:+.4f}" for key, value in run["found"].items())
        rows.append([name, f"{run['minutes']:g}", f"{run['tokens']:,}", *cells])
    return f"{next(reversed(results.values()))['about']}\n\n{table(heads, rows)}"


def main() -> None:
    """Trains and compares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--feed-forward", type=int, help="neurons to keep in each feed-forward layer")
    kind.add_argument("--layers", type=int, nargs="+", help="layers to keep, counted from 0")
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--rate", type=float, default=6e-4, help="peak learning rate")
    parser.add_argument("--inner", type=float, default=0.2, help="weight of the hidden states after an inner layer")
    parser.add_argument("--last", type=float, default=1.0, help="of those after the last layer")
    parser.add_argument("--labels", type=float, default=0.25, help="of the labels' logits")
    parser.add_argument("--changes", action="store_true", help="read the train texts with other names, quotation marks and errors besides")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--record", metavar="NAME")
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    torch.manual_seed(SEED)
    keep_freed_memory()
    bundle = read_bundle(asked.bundle)
    teacher, tokenizer = load_teacher(bundle), load_tokenizer(bundle.path / "tokenizer.json")
    special = special_tokens(tokenizer)
    splits = load_splits(load("starter").data)
    make = partial(passages, splits["train"], tokenizer, changes=asked.changes)
    batches = dealt(TokenBudgetBatches(make, tokens_per_batch=TOKENS, seed=SEED), pad=special.pad)
    whole = range(teacher.layers)
    student = with_layers(teacher, asked.layers) if asked.layers else thin(teacher, asked.feed_forward, [next(batches) for _ in range(40)])
    # The last hidden states are what the heads read, whichever layers came before.
    tokens = teach(student, teacher, [*(asked.layers or whole)[:-1], whole[-1]], batches, asked, separator=special.sep)
    examples = store_examples(make_examples(splits["dev"], tokenizer, max_tokens=256), beside=SCRATCH)
    found = compared(student, teacher, TokenBudgetBatches(examples, tokens_per_batch=4096, seed=SEED), bundle)
    name = asked.record or "student"
    about = f"{describe(('torch',))}. Teacher {bundle.manifest.version}, compared on dev."
    run = {"minutes": asked.minutes, "tokens": tokens, "found": found, "about": about}
    print(draw({name: run}))
    if asked.record:
        record(FOLDER, {**results_of(FOLDER), name: run}, draw)


if __name__ == "__main__":
    main()
