"""Corpora of single sentences in delimited files: BABE, ClaimBuster and CheckThat! subjectivity."""

from pathlib import Path
from typing import Literal

from presscheck.data.corpora.single import mapped, single
from presscheck.data.files import csv_rows, require
from presscheck.data.schema import Document

_BABE: dict[str, float | None] = {"Biased": 1.0, "Non-biased": 0.0, "No agreement": None}
_SUBJ: dict[str, float | None] = {"OBJ": 1.0, "SUBJ": 0.0}
_CLAIMBUSTER: dict[str, float | None] = {"1": 1.0, "0": 1.0, "-1": 0.0}


def read_babe(folder: Path) -> list[Document]:
    """BABE SG2 (Spinde et al. 2021): `loaded` is 1 where the experts call a sentence biased by word choice."""
    path = folder / "final_labels_SG2.csv"
    documents = []
    for line, row in csv_rows(path, delimiter=";"):
        require(row, ["text", "label_bias"], path=path, line=line)
        label = mapped(row["label_bias"], _BABE, path=path, line=line)
        if label is not None:
            text = row["text"].strip()
            documents.append(
                single(
                    text,
                    identifier=str(line),
                    group=text.lower(),
                    source="babe",
                    licence="AGPL-3.0",
                    kind="sentence",
                    labels={"loaded": label},
                )
            )
    return documents


def read_claimbuster(folder: Path, part: Literal["groundtruth", "crowdsourced"]) -> list[Document]:
    """ClaimBuster (Arslan et al. 2020): `claim` is 1 for factual sentences, check-worthy (1) or not (0), and 0 for others (-1)."""
    path = folder / f"{part}.csv"
    documents = []
    for line, row in csv_rows(path, delimiter=","):
        require(row, ["Sentence_id", "Text", "Verdict", "File_id"], path=path, line=line)
        label = mapped(row["Verdict"], _CLAIMBUSTER, path=path, line=line)
        labels = {"claim": label} if label is not None else {}
        documents.append(
            single(
                row["Text"].strip(),
                identifier=row["Sentence_id"],
                group=row["File_id"],
                source="claimbuster",
                licence="none stated",
                kind="sentence",
                labels=labels,
            )
        )
    return documents


def read_subj(folder: Path, split: Literal["train", "dev", "dev_test"]) -> list[Document]:
    """CheckThat! 2025 task 1, English: `claim` is 1 for OBJ sentences and 0 for SUBJ ones."""
    path = folder / f"{split}_en.tsv"
    documents = []
    for line, row in csv_rows(path, delimiter="\t", quoted=False):
        require(row, ["sentence_id", "sentence", "label"], path=path, line=line)
        label = mapped(row["label"], _SUBJ, path=path, line=line)
        text = row["sentence"].strip()
        documents.append(
            single(
                text,
                identifier=row["sentence_id"],
                group=text.lower(),
                source="checkthat-subj",
                licence="CC BY-NC-SA 4.0",
                kind="sentence",
                labels={"claim": label} if label is not None else {},
            )
        )
    return documents
