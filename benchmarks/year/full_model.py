"""The whole model after some rounds: config starter with three epochs, one seed and no fold models, on what is labelled by then."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks.year.material import Material
from benchmarks.year.rounds import LABELS, Arm, read_year
from presscheck.configs.loader import load
from presscheck.data.atomic import write_atomically
from presscheck.data.schema import Document
from presscheck.eval.label_scores import items_of
from presscheck.eval.metrics import ranking
from presscheck.serve.scorer import Scorer
from presscheck.train.callbacks import ShowProgress
from presscheck.train.fit import DataInfo, fit_weights, make_member
from presscheck.train.scored import score_documents

EPOCHS = 3


def full_step(material: Material, arm: Arm, rounds: int, *, seed: int, work: Path) -> dict[str, float]:
    """The AUC of the model by label; a step that was done before is read, one that was interrupted is resumed."""
    name = f"full-{arm}-{seed}-{rounds}"
    done, folder = work / f"{name}.json", work / name
    if not done.is_file():
        year = read_year(work / f"{arm}-{seed}.json")
        if len(year.points) <= rounds:
            raise SystemExit(f"{arm} {seed} has {len(year.points)} points; run its rounds first")
        found = _trained(material, [material.documents[number] for number in year.labelled(rounds)], name=name, folder=folder)
        with write_atomically(done) as stream:
            stream.write(json.dumps(found))
        shutil.rmtree(folder)
    read: dict[str, float] = json.loads(done.read_text(encoding="utf-8"))
    return read


def _trained(material: Material, train: Sequence[Document], *, name: str, folder: Path) -> dict[str, float]:
    config = load("starter", [f"train.epochs={EPOCHS}", "train.threads=1", "runtime.threads=1"])
    fitted = fit_weights(config, train=train, dev=material.dev, folder=folder, epochs=EPOCHS, callbacks=[ShowProgress(name)])
    member = make_member(config, fitted, name=name, train=train, dev=material.dev, data=DataInfo("", {}), folder=folder, is_fold=True)
    scored = score_documents(material.test_documents, Scorer(member.bundle, threads=1).parts)
    found: dict[str, float] = {}
    for label in LABELS:
        items = items_of(scored, label)
        ranked = ranking(items.probabilities_N, items.is_positive_N)
        if ranked:
            found[label] = round(ranked[1], 5)
    return found
