"""Other ways to compute the same training step: each on the same batch, in turn, in one process."""

import statistics
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import partial

import torch
from torch import Tensor
from tqdm import tqdm

from presscheck.configs.loader import load
from presscheck.data.schema import SEGMENT_LABELS, TOKEN_TAGS
from presscheck.train.encoder import load_encoder
from presscheck.train.loss import loss_sums, output_weights, target_weights, weighted_mean
from presscheck.train.memory import keep_freed_memory
from presscheck.train.model import PressModel, parameter_groups

WIDTH, ROWS = 128, 8  # 1,024 tokens, as many as a batch of the default config
Step = Callable[[], None]


def _batch(rows: int) -> dict[str, Tensor]:
    """Random tokens without padding, a label at one token in 20, as in a body."""
    torch.manual_seed(7)
    labels = torch.full((rows, WIDTH, len(SEGMENT_LABELS)), torch.nan)
    labels[:, ::20] = (torch.rand_like(labels[:, ::20]) > 0.5).float()
    return {
        "input_ids": torch.randint(1000, 20000, (rows, WIDTH)),
        "attention_mask": torch.ones(rows, WIDTH, dtype=torch.long),
        "label_targets": labels,
        "tag_targets": (torch.rand(rows, WIDTH, len(TOKEN_TAGS)) > 0.9).float(),
        "weights": torch.ones(rows),
    }


def _model(dropout: float) -> PressModel:
    config = load("starter")
    encoder = load_encoder(config.model.encoder, random_init=False, freeze_embeddings=config.model.freeze_embeddings, dropout=dropout)
    return PressModel(encoder.model, hidden_size=encoder.hidden_size, dropout=dropout).train()


def _optimiser(model: PressModel) -> torch.optim.Optimizer:
    return torch.optim.AdamW(parameter_groups(model, learning_rate=2e-5, head_learning_rate=1e-4, weight_decay=0.01), fused=True)


def _loss(logits: tuple[Tensor, Tensor], batch: Mapping[str, Tensor]) -> Tensor:
    targets = batch["label_targets"], batch["tag_targets"], batch["weights"]
    return weighted_mean(loss_sums(logits, *targets), target_weights(*targets), output_weights({}, tag_weight=3.0))


def _as_trained(rows: int, *, dropout: float = 0.1, compiled: bool = False) -> Step:
    """f32 weights, products in bf16 by autocast."""
    model, batch = _model(dropout), _batch(rows)
    optimiser = _optimiser(model)
    forward = torch.compile(model, dynamic=False) if compiled else model

    def step() -> None:
        with torch.autocast("cpu", torch.bfloat16):
            logits = forward(batch["input_ids"], batch["attention_mask"])
        _loss(logits, batch).backward()  # type: ignore[no-untyped-call]  # untyped library
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()

    return step


def _bf16_weights(rows: int) -> Step:
    """bf16 weights and activations; the optimiser changes an f32 copy, from which the weights are rounded anew."""
    copy, batch = _model(0.1), _batch(rows)
    model = deepcopy(copy).to(torch.bfloat16)
    optimiser = _optimiser(copy)
    pairs = [(low, high) for low, high in zip(model.parameters(), copy.parameters(), strict=True) if high.requires_grad]

    def step() -> None:
        _loss(model(batch["input_ids"], batch["attention_mask"]), batch).backward()  # type: ignore[no-untyped-call]  # untyped library
        for low, high in pairs:
            high.grad = None if low.grad is None else low.grad.float()
            low.grad = None
        torch.nn.utils.clip_grad_norm_(copy.parameters(), 1.0)
        optimiser.step()
        with torch.no_grad():
            for low, high in pairs:
                low.copy_(high)

    return step


VARIANTS: dict[str, tuple[int, Callable[[int], Step]]] = {
    "as it is trained": (ROWS, _as_trained),
    "four times the passages": (4 * ROWS, _as_trained),
    "bf16 weights with an f32 copy": (ROWS, _bf16_weights),
    "torch.compile at a fixed width": (ROWS, partial(_as_trained, compiled=True)),
    "no dropout": (ROWS, partial(_as_trained, dropout=0.0)),
}


def tokens_per_second(*, threads: int, rounds: int, steps: int) -> dict[str, list[float]]:
    """Of every variant, a figure a round; by processor time with one thread, so that other work does not count."""
    torch.set_num_threads(threads)
    keep_freed_memory()
    clock = time.process_time if threads == 1 else time.perf_counter
    ready = {name: make(rows) for name, (rows, make) in VARIANTS.items()}
    for step in ready.values():  # compiles, fills caches
        step()
        step()
    found: dict[str, list[float]] = {name: [] for name in VARIANTS}
    for _ in tqdm(range(rounds), desc="rounds", disable=None):
        for name, step in ready.items():
            times = []
            for _ in range(steps):
                start = clock()
                step()
                times.append(clock() - start)
            found[name].append(VARIANTS[name][0] * WIDTH / statistics.median(times))
    return found
