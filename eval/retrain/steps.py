"""The steps of a retraining. Each says what it reads, so that it is done anew if that changes, and does its work once."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from presscheck.configs.loader import config_hash, dump
from presscheck.configs.schema import RunConfig
from presscheck.data.atomic import write_files
from presscheck.data.dataset.stored import verified_sha256
from presscheck.data.dataset.write import build
from presscheck.data.errors import DataError
from presscheck.data.schema import Document
from presscheck.eval.compare.bundles import compare
from presscheck.eval.compare.findings import Comparison
from presscheck.eval.compare.page import write_comparison
from presscheck.eval.data_check.check import check_data
from presscheck.eval.data_check.check_page import write_page
from presscheck.eval.evaluation import report_on
from presscheck.eval.gold.reader import read_gold
from presscheck.eval.page.write import write_report
from presscheck.eval.promote import Measured, promote
from presscheck.eval.report import Report
from presscheck.eval.retrain.data_change import Splits, compare_data
from presscheck.eval.retrain.dev_choice import dev_figures
from presscheck.eval.retrain.inputs import bundle_digest, digest_of, files_digest, source_digests
from presscheck.eval.retrain.journal import Done, Journal
from presscheck.eval.retrain.work import STEPS, Work
from presscheck.serve.bundle import Bundle, point, read_bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.train.plan import run_name, work_folder
from presscheck.train.run import train_tracked
from presscheck.train.tracked_runs import tag_version


def do_data(work: Work) -> None:
    """Builds the data set, in a folder named by its content: bundles of earlier months keep theirs."""
    config, folder = work.plan.data, work.journal.folder
    inputs = {
        "presscheck": version("presscheck"),
        "config": digest_of(dump(config)),
        "as of": str(config.data.as_of),
        **({"reviewed labels": files_digest([config.data.reviewed_labels.path])} if config.data.reviewed_labels else {}),
        **source_digests(config.data.sources),
    }

    def run() -> Done:
        new = folder / "data" / ".new"
        shutil.rmtree(new, ignore_errors=True)
        counts = build(config, new)
        sha256 = verified_sha256(new)
        target = folder / "data" / sha256[:12]
        if _holds(target, sha256):
            shutil.rmtree(new)  # the same documents as an earlier month's
        else:
            shutil.rmtree(target, ignore_errors=True)
            new.rename(target)
        values = {
            "folder": str(target.relative_to(folder)),
            "data_sha256": sha256,
            "files_sha256": files_digest([target]),
            "read": dict(counts.read),
            "kept": dict(counts.kept),
            "dropped": dict(counts.dropped),
        }
        return Done(values, units=sum(counts.kept.values()))

    def intact(values: Mapping[str, Any]) -> str | None:
        target = folder / values["folder"]
        return None if files_digest([target]) == values["files_sha256"] else f"{target} is not as it was written"

    work.journal.step("data", inputs, run, intact=intact)


def _holds(folder: Path, sha256: str) -> bool:
    """Whether the folder is a whole data set of these documents."""
    try:
        return folder.is_dir() and verified_sha256(folder) == sha256
    except DataError:
        return False


def do_check(work: Work) -> None:
    """Checks the data before anything is trained on it, and finds what to compare the champion on.

    Raises:
        DataError: if a check fails, or the champion's data cannot be read.
        ModelRefusedError: if there is nothing to compare with the champion on.
    """
    bounds, champion = work.plan.bounds, work.plan.champion
    sha256 = work.journal.values("data")["data_sha256"]
    inputs = {"data": sha256, "bounds": digest_of(bounds.model_dump(mode="json")), **work.champion_inputs()}

    def run() -> Done:
        folder = work.journal.reports / "data"
        found = check_data(work.training(work.plan.config.seeds[0]), champion=champion, bounds=bounds)
        write_page(found, folder, bounds=bounds)
        if found.failed:
            lines = (f"  {check.name}: {check.found}, allowed {check.allowed}; {check.advice}" for check in found.failed)
            head = (
                f"{len(found.failed)} of {len(found.checks)} checks of the data fail, and nothing is trained (see {folder / 'data.html'})"
            )
            raise DataError("\n".join((head, *lines)))
        change = compare_data(work.splits(), champion)
        write_files(folder, {"change.json": json.dumps(asdict(change), indent=1) + "\n"})
        checks = [{"name": check.name, "outcome": check.outcome, "found": check.found} for check in found.checks]
        return Done({"checks": checks, "comparable": len(change.comparable)}, sorted(folder.iterdir()), units=_documents(work.splits()))

    work.journal.step("check", inputs, run)


def _documents(splits: Splits) -> int:
    return sum(map(len, splits.values()))


def _trained(config: RunConfig, name: str) -> Bundle | None:
    """The bundle of a finished training of this name by this version; None if there is none, or if it is being trained."""
    folder = config.models_dir / name
    if not folder.is_dir() or work_folder(config, name).exists():
        return None
    try:
        bundle = read_bundle(folder)
    except ModelRefusedError:
        return None
    return bundle if bundle.manifest.versions.get("presscheck") == version("presscheck") else None


def training_units(config: RunConfig, segments: int) -> float:
    """Segments read by a training on so many: the final model's epochs, and those of the fold models on what they are trained on."""
    folds = config.calibration.risk_folds
    return segments * (config.train.epochs + max(folds - 1, 0) * config.calibration.risk_epochs)


def _segments(documents: Sequence[Document]) -> int:
    return sum(len(d.segments) for d in documents)


def do_train(work: Work) -> None:
    """Trains a model with each seed, calibrates and exports it; a bundle of the same config and data is not trained again."""
    models = work.plan.config.models_dir
    for seed in work.plan.config.seeds:
        config = work.training(seed)
        sha256 = work.journal.values("data")["data_sha256"]
        inputs = {"presscheck": version("presscheck"), "config": config_hash(config), "data": sha256}

        def run(config: RunConfig = config, sha256: str = sha256) -> Done:
            known = None if work.fresh else _trained(config, run_name(config, sha256))
            bundle = known or train_tracked(config, fresh=work.fresh, parent=work.parent.id).bundle
            values = {
                "bundle": bundle.path.name,
                "sums_sha256": bundle_digest(bundle.path),
                "weights_sha256": bundle.manifest.weights_sha256,
            }
            return Done(values, units=None if known else training_units(config, _segments(work.splits()["train"])))

        def intact(values: Mapping[str, Any]) -> str | None:
            try:
                bundle = read_bundle(models / values["bundle"])
            except ModelRefusedError as error:
                return str(error)
            return None if bundle_digest(bundle.path) == values["sums_sha256"] else f"{bundle.path} is another bundle"

        work.journal.step(f"train {seed}", inputs, run, intact=intact)


def do_select(work: Work) -> None:
    """Chooses the candidate: the lowest log loss on dev."""
    models, seeds = work.plan.config.models_dir, work.plan.config.seeds
    trained = {seed: work.journal.values(f"train {seed}") for seed in seeds}

    def run() -> Done:
        bundles = {seed: read_bundle(models / values["bundle"]) for seed, values in trained.items()}
        figures = {seed: dev_figures(bundle, work.splits()["dev"]) for seed, bundle in bundles.items()}
        best = min(seeds, key=lambda seed: figures[seed].log_loss)
        point(models / "candidate", bundles[best].path)
        tracking = work.plan.base.tracking
        if tracking.enabled:
            tag_version(
                tracking.uri,
                tracking.experiment,
                bundles[best].path,
                model_name=tracking.registered_model,
                tags={"retrain": work.journal.record.id, "retrain.seed": str(best)},
                alias="candidate",
            )
        values = {"seed": best, "candidate": bundles[best].path.name, "dev": {str(s): asdict(f) for s, f in figures.items()}}
        return Done(values, units=len(seeds) * _segments(work.splits()["dev"]))

    work.journal.step("select", {f"seed {seed}": values["sums_sha256"] for seed, values in trained.items()}, run)


def _candidate_inputs(work: Work) -> dict[str, str]:
    selected = work.journal.values("select")
    return {"presscheck": version("presscheck"), "candidate": work.journal.values(f"train {selected['seed']}")["sums_sha256"]}


def do_evaluate(work: Work) -> None:
    """Evaluates the candidate on the test split, and on gold labels."""
    gold = work.plan.config.gold
    inputs = {**_candidate_inputs(work), "gold": files_digest([gold]) if gold else "none"}

    def run() -> Done:
        held, folder = work.held(), work.journal.reports / "evaluation"
        report = report_on(held, gold=read_gold(gold) if gold else None)
        write_report(report, held.bundle.manifest, folder)
        return Done({}, sorted(folder.iterdir()), units=_segments(held.test))

    work.journal.step("evaluate", inputs, run)


def do_compare(work: Work) -> None:
    """Compares the candidate with the champion on the test documents that the champion never saw."""
    champion = work.plan.champion
    inputs = {**_candidate_inputs(work), **work.champion_inputs(), "items": _digest_of_items(work)}

    def run() -> Done:
        candidate = work.candidate
        if champion is None or champion.path == candidate.path:
            return Done({"champion": None})
        held, folder = work.held(), work.journal.reports / "comparison"
        documents = _comparable(work, held.test)
        write_comparison(compare(champion, candidate, documents=documents, known=held), folder)
        return Done({"champion": champion.path.name}, sorted(folder.iterdir()), units=_segments(documents))

    work.journal.step("compare", inputs, run)


def _change(work: Work) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(work.journal.path("check", "change.json").read_text(encoding="utf-8"))
    return found


def _digest_of_items(work: Work) -> str:
    return digest_of(_change(work)["comparable"])


def _comparable(work: Work, test: Sequence[Document]) -> list[Document]:
    wanted = set(_change(work)["comparable"])
    return [d for d in test if d.id in wanted]


def read_report(journal: Journal) -> Report:
    """The evaluation as it was written."""
    return TypeAdapter(Report).validate_json(journal.path("evaluate", "report.json").read_bytes())


def read_comparison(journal: Journal) -> Comparison | None:
    """The comparison as it was written; None if there is no other champion."""
    if journal.values("compare")["champion"] is None:
        return None
    return TypeAdapter(Comparison).validate_json(journal.path("compare", "compare.json").read_bytes())


def do_promote(work: Work) -> None:
    """Moves the champion to the candidate if the gate lets it through; otherwise the champion stays."""
    journal, plan = work.journal, work.plan
    measured = {name: digest_of(journal.record.steps[name].files) for name in ("evaluate", "compare")}
    inputs = {**_candidate_inputs(work), **work.champion_inputs(), **measured, "gate": digest_of(plan.gate.model_dump(mode="json"))}

    def run() -> Done:
        champion = plan.champion.path.name if plan.champion else None
        found = Measured(champion, read_report(journal), read_comparison(journal), journal.record.id)
        decision, follows = promote(plan.config.models_dir, work.candidate, plan.gate, measured=found)
        values = {
            "promoted": decision.promoted,
            "candidate": decision.candidate,
            "previous": decision.previous,
            "checks": [asdict(check) for check in decision.checks],
            "registry_follows": follows,
        }
        return Done(values)

    journal.step("promote", inputs, run)


DO = dict(zip(STEPS, (do_data, do_check, do_train, do_select, do_evaluate, do_compare, do_promote), strict=True))
