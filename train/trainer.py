"""`transformers.Trainer` with presscheck's batches and loss."""

from collections.abc import Iterable, Mapping, Sequence, Sized
from functools import partial
from pathlib import Path
from typing import Any, cast

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, Subset
from transformers import EarlyStoppingCallback, Trainer, TrainerCallback, TrainingArguments

from presscheck.configs.loader import ConfigError
from presscheck.configs.schema import TrainConfig
from presscheck.data.passages import special_tokens
from presscheck.data.schema import Document
from presscheck.data.text.capitalised_names import names_of
from presscheck.train.batches import EvenShares, Example, TokenBudgetBatches, collate, make_examples
from presscheck.train.example_store import StoredExamples, store_examples
from presscheck.train.headlines_in_front import HeadlinesInFront
from presscheck.train.loss import OUTPUTS, loss_sums, output_means, output_weights, target_weights, weighted_mean
from presscheck.train.model import PressModel, parameter_groups


def _collate_one(items: Sequence[Sequence[Example]], *, pad: int) -> dict[str, Tensor]:
    """The loader's items are whole batches, one at a time."""
    return collate(items[0], pad=pad)


class PressTrainer(Trainer):
    """Sums the targets' weights over the whole optimiser step, so that the loss does not depend on how the step is split into batches."""

    def __init__(self, *, output_weights: Tensor, **arguments: Any) -> None:
        super().__init__(**arguments)
        self._output_weights = output_weights
        self.loss_is_scaled_for_ga = True

    def _get_num_items_in_batch(self, batch_samples: list[dict[str, Tensor]], device: torch.device) -> Tensor:
        found = [target_weights(b["label_targets"], b["tag_targets"], b["weights"]) for b in batch_samples]
        totals = torch.stack(found).sum(dim=0).to(device)
        return self.accelerator.reduce(totals, reduction="sum") if self.args.world_size > 1 else totals

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        """Several processes share the order in which one would take the batches."""
        if self.args.world_size == 1:
            return super()._get_train_sampler(train_dataset)
        assert isinstance(self.train_dataset, TokenBudgetBatches)
        return EvenShares(self.train_dataset, seed=self.args.seed, processes=self.args.world_size)

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Tensor],
        return_outputs: bool = False,  # noqa: FBT001, FBT002 - the library's signature
        num_items_in_batch: Tensor | int | None = None,
    ) -> Any:
        """The mean over the whole optimiser step, times the number of processes, which undoes data-parallel averaging."""
        assert isinstance(num_items_in_batch, Tensor)
        logits = model(inputs["input_ids"], inputs["attention_mask"])
        sums = loss_sums(logits, inputs["label_targets"], inputs["tag_targets"], inputs["weights"])
        loss = weighted_mean(sums, num_items_in_batch, self._output_weights) * self.args.world_size
        return (loss, logits) if return_outputs else loss

    @torch.no_grad()
    def evaluate(self, eval_dataset: Any = None, ignore_keys: list[str] | None = None, metric_key_prefix: str = "eval") -> dict[str, float]:
        """The loss over the whole dev split, in total and per output, exact for any batches."""
        model = self.accelerator.unwrap_model(self.model)
        model.eval()
        sums, totals = torch.zeros(len(OUTPUTS)), torch.zeros(len(OUTPUTS), dtype=torch.double)
        data = cast("Sized", self.eval_dataset)
        own = Subset(cast("Dataset[Any]", data), range(self.args.process_index, len(data), self.args.world_size))
        for batch in DataLoader(own, batch_size=1, collate_fn=self.data_collator):
            inputs = self._prepare_inputs(batch)
            with self.accelerator.autocast():
                logits = model(inputs["input_ids"], inputs["attention_mask"])
            sums += loss_sums(logits, inputs["label_targets"], inputs["tag_targets"], inputs["weights"]).cpu()
            totals += target_weights(batch["label_targets"], batch["tag_targets"], batch["weights"]).cpu()
        if self.args.world_size > 1:
            sums, totals = (self.accelerator.reduce(part.to(self.args.device)).cpu() for part in (sums, totals))
        metrics = {f"{metric_key_prefix}_loss": float(weighted_mean(sums, totals, self._output_weights))}
        means = zip(OUTPUTS, output_means(sums, totals), totals, strict=True)
        metrics |= {f"{metric_key_prefix}_loss/{name}": float(mean) for name, mean, total in means if total}
        self.log(metrics)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


def resolve_bf16(precision: str) -> bool:
    """Whether to train in bf16: as requested, or if a probe finds it in the GPU or CPU.

    Raises:
        ConfigError: bf16 was requested and this machine computes it only in software.
    """
    if torch.cuda.is_available():
        has_it = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        has_it = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()  # there is no public probe
    if precision == "bf16" and not has_it:
        raise ConfigError("train.precision is bf16, but this machine does not compute it in hardware; set train.precision=auto")
    return precision != "f32" and has_it


def build_trainer(
    model: PressModel,
    options: TrainConfig,
    *,
    train: Sequence[Document],
    dev: Sequence[Document],
    tokenizer: Tokenizer,
    max_tokens: int,
    folder: Path,
    epochs: int,
    seed: int,
    in_front: bool,
    callbacks: Sequence[TrainerCallback],
) -> PressTrainer:
    """Builds the trainer over documents of two splits; checkpoints go to `folder`, one per epoch, and the last of them are kept.

    Args:
        epochs: overrides the options: fold models train for fewer.
        in_front: whether bodies are read behind a headline, to learn `supported`.
    """
    batches = partial(TokenBudgetBatches, tokens_per_batch=options.tokens_per_batch, seed=seed)

    every_name = [name for group in names_of(train).values() for name in group] if in_front and options.made_headlines_per_epoch else []

    def examples(documents: Iterable[Document], epoch: int = 0) -> StoredExamples:
        headlines = HeadlinesInFront(
            epoch=epoch,
            judged=options.headlines_per_epoch,
            made=options.made_headlines_per_epoch,
            names=every_name,
            seed=seed,
        )
        made = make_examples(documents, tokenizer, max_tokens=max_tokens, in_front=headlines if in_front else None)
        return store_examples(made, beside=folder)

    groups = parameter_groups(
        model,
        learning_rate=options.learning_rate,
        head_learning_rate=options.head_learning_rate,
        weight_decay=options.weight_decay,
    )
    steps: Mapping[str, Any] = {"max_steps": options.max_steps} if options.max_steps else {}
    patience = options.early_stop_patience
    stopping = [EarlyStoppingCallback(early_stopping_patience=patience)] if patience else []
    arguments = TrainingArguments(
        output_dir=str(folder),
        per_device_train_batch_size=1,  # an item is a batch already
        num_train_epochs=epochs,
        learning_rate=options.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=options.warmup_fraction,
        weight_decay=options.weight_decay,
        max_grad_norm=options.max_grad_norm,
        gradient_accumulation_steps=options.accumulation_steps,
        bf16=resolve_bf16(options.precision),
        use_cpu=not torch.cuda.is_available(),
        eval_strategy="epoch",
        save_strategy="epoch",
        save_total_limit=max(2, options.average_epochs),
        load_best_model_at_end=bool(stopping),
        restore_callback_states_from_checkpoint=True,  # patience is part of the state
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        logging_steps=options.log_every_steps,
        disable_tqdm=True,  # the progress bar is presscheck's own
        report_to="none",
        seed=seed,
        data_seed=seed,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        ddp_find_unused_parameters=False,
        include_num_input_tokens_seen="non_padding",
        **steps,
    )
    return PressTrainer(
        model=model,
        args=arguments,
        train_dataset=batches(
            partial(examples, train) if in_front else examples(train),
            passages_per_batch=options.passages_per_batch,
        ),
        eval_dataset=batches(examples(dev)),
        data_collator=partial(_collate_one, pad=special_tokens(tokenizer).pad),
        optimizers=(torch.optim.AdamW(groups, fused=True), None),
        callbacks=[*stopping, *callbacks],
        output_weights=output_weights(options.label_weights, tag_weight=options.tag_weight),
    )
