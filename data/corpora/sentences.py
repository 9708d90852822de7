"""Corpora of single sentences in delimited files: BABE, ClaimBuster, and the CheckThat! labs' subjectivity and check-worthiness."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from presscheck.data.corpora.single import mapped, single
from presscheck.data.dataset.splits import split_of
from presscheck.data.errors import DataError, located
from presscheck.data.rows.header import Dialect
from presscheck.data.rows.tables import table_rows
from presscheck.data.schema import Document, LabelName, Span, SplitName

_BABE: dict[str, float | None] = {"Biased": 1.0, "Non-biased": 0.0, "No agreement": None}
_SUBJ: dict[str, float | None] = {"SUBJ": 1.0, "OBJ": 0.0}
_CLAIM: dict[str, float | None] = {"1": 1.0, "0": 1.0, "-1": 0.0}
_CHECKWORTHY: dict[str, float | None] = {"1": 1.0, "0": 0.0, "-1": 0.0, "Yes": 1.0, "No": 0.0}


def _biased_words(text: str, cell: str, *, path: Path, line: int) -> tuple[Span, ...]:
    try:
        words = ast.literal_eval(cell)
        spans = {
            (found.start(), found.end()) for word in words for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
        }
    except (ValueError, SyntaxError, TypeError):
        raise DataError(located(path, line, f"biased_words is not a list of words: {cell!r}")) from None
    return tuple(Span("loaded", start, end) for start, end in sorted(spans) if end > start)


def read_babe(folder: Path) -> Iterator[Document]:
    """BABE SG2 (Spinde et al. 2021): `loaded` is 1 if the experts call a sentence biased by word choice; spans are their biased words.

    Words marked in a sentence that the majority calls unbiased are not spans, since its label is 0.

    Raises:
        DataError: on a missing column, an unknown label or an invalid list of words.
    """
    path = folder / "final_labels_SG2.csv"
    columns = ("text", "outlet", "label_bias", "biased_words")
    for line, row in table_rows(path, *columns, dialect=Dialect(";")):
        label = mapped(row["label_bias"], _BABE, path=path, line=line)
        if label is not None:
            text = row["text"].strip()
            words = _biased_words(text, row["biased_words"], path=path, line=line)
            yield single(
                text,
                identifier=str(line),
                group=text.lower(),
                source="babe",
                licence="AGPL-3.0",
                kind="sentence",
                labels={"loaded": label},
                spans=words if label else (),
                tags=("loaded",) if words or not label else (),
                outlet=row["outlet"].strip() or None,
            )


def read_claimbuster(folder: Path) -> Iterator[Document]:
    """ClaimBuster (Arslan et al. 2020): `claim` is 1 for factual sentences, check-worthy (1) or not (0), and 0 for others (-1).

    `checkworthy` is 1 for the first of these only. The ground truth is the test split; of the crowd's sentences a tenth of the debates
    is dev and the rest train.

    Raises:
        DataError: on a missing column or an unknown label.
    """
    for part in ("groundtruth", "crowdsourced"):
        path = folder / f"{part}.csv"
        for line, row in table_rows(path, "Sentence_id", "Text", "Verdict", "File_id", dialect=Dialect()):
            debate = split_of(row["File_id"], dev=0.1, test=0.0, salt="claimbuster")
            yield single(
                row["Text"].strip(),
                identifier=f"{part}/{row['Sentence_id']}",
                group=f"{part}/{row['File_id']}",
                source="claimbuster",
                licence="none stated",
                kind="sentence",
                labels={
                    "claim": mapped(row["Verdict"], _CLAIM, path=path, line=line),
                    "checkworthy": mapped(row["Verdict"], _CHECKWORTHY, path=path, line=line),
                },
                split="test" if part == "groundtruth" else debate,
            )


def _lab(
    path: Path,
    *,
    columns: tuple[str, str, str],
    dialect: Dialect,
    label: LabelName,
    values: Mapping[str, float | None],
    split: SplitName,
    source: str,
    licence: str,
) -> Iterator[Document]:
    """One file of a CheckThat! lab; columns are those of the id, the sentence and the label. Copies of a sentence share a group."""
    for line, row in table_rows(path, *columns, dialect=dialect):
        identifier, text, value = (row[column] for column in columns)
        text = text.strip()
        yield single(
            text,
            identifier=identifier,
            group=text.lower(),
            source=source,
            licence=licence,
            kind="sentence",
            labels={label: mapped(value, values, path=path, line=line)},
            split=split,
        )


def read_subj(folder: Path) -> Iterator[Document]:
    """CheckThat! 2025 task 1, English: `subjective` is 1 for SUBJ sentences and 0 for OBJ ones; the official splits, dev-test as test.

    Raises:
        DataError: on a missing column or an unknown label.
    """
    parts: tuple[tuple[str, SplitName], ...] = (("train", "train"), ("dev", "dev"), ("dev_test", "test"))
    for part, split in parts:
        yield from _lab(
            folder / f"{part}_en.tsv",
            columns=("sentence_id", "sentence", "label"),
            dialect=Dialect("\t", quoted=False, may_end_early=True),
            label="subjective",
            values=_SUBJ,
            split=split,
            source="checkthat-subj",
            licence="CC BY-NC-SA 4.0",
        )


def read_checkthat24(folder: Path) -> Iterator[Document]:
    """CheckThat! 2024 task 1, English dev-test: `checkworthy`; all of it is the test split (its train part is ClaimBuster).

    Raises:
        DataError: on a missing column or an unknown label.
    """
    return _lab(
        folder / "CT24_checkworthy_english_dev-test.tsv",
        columns=("Sentence_id", "Text", "class_label"),
        dialect=Dialect("\t"),
        label="checkworthy",
        values=_CHECKWORTHY,
        split="test",
        source="checkthat24",
        licence="MIT",
    )
