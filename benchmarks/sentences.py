"""Which sentence splitter? Boundaries found by each candidate on hard cases and on the starter corpus' articles.

    pip install nupunkt==0.8.0 pysbd==0.3.4 syntok==1.4.4 spacy==3.8.18 blingfire==0.1.8    # no dependencies of the project
    python benchmarks/sentences.py [FOLDER]

A folder of CoNLL-U files with `# newpar` (GUM's news and interviews, for example) is measured too.

Prints precision, recall and F1 of the boundaries inside a paragraph, per group of cases, and milliseconds per 1,000 sentences.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any

from presscheck.data.starter import read_starter
from presscheck.data.text.sentences import split_sentences

Splitter = Callable[[str], list[int]]
MARK = "‖"


def sentencex(text: str) -> list[int]:
    """Starts of the sentences after the first, as the library alone finds them."""
    found = import_module("sentencex").get_sentence_boundaries("en", text)
    return [f["start_index"] + len(f["text"]) - len(f["text"].lstrip()) for f in found][1:]


def nupunkt(text: str) -> list[int]:
    """The same by nupunkt."""
    return [start for _, (start, _) in import_module("nupunkt").sent_spans_with_text(text)][1:]


def pysbd(text: str) -> list[int]:
    """The same by pysbd."""
    segmenter = import_module("pysbd").Segmenter(language="en", clean=False, char_span=True)
    return [span.start for span in segmenter.segment(text) if span.sent.strip()][1:]


def syntok(text: str) -> list[int]:
    """The same by syntok."""
    paragraphs = import_module("syntok.segmenter").analyze(text)
    return [next(iter(sentence)).offset for paragraph in paragraphs for sentence in paragraph][1:]


def spacy(text: str) -> list[int]:
    """The same by the rules of spaCy's sentencizer."""
    return [sentence.start_char for sentence in _sentencizer()(text).sents][1:]


@cache
def _sentencizer() -> Any:
    pipeline = import_module("spacy").blank("en")
    pipeline.add_pipe("sentencizer")
    return pipeline


def blingfire(text: str) -> list[int]:
    """The same by BlingFire."""
    return [start for start, _ in import_module("blingfire").text_to_sentences_and_offsets(text)[1]][1:]


def presscheck(text: str) -> list[int]:
    """The same by the project: sentencex, mended at stray full stops, abbreviations and times."""
    return [start for start, _ in split_sentences(text)][1:]


def hard_cases() -> list[tuple[str, str, list[int]]]:
    """(group, text, starts of the sentences after the first)."""
    cases = []
    group = ""
    for line in Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and MARK not in line:
            group = line.strip("[]")
        elif line and not line.startswith("#"):
            cases.append((group, *_join(line.split(MARK))))
    return cases


def _join(sentences: list[str]) -> tuple[str, list[int]]:
    text, starts = "", []
    for sentence in sentences:
        if text:
            text += " "
            starts.append(len(text))
        text += sentence
    return text, starts


def corpus_cases() -> list[tuple[str, str, list[int]]]:
    """The starter corpus' paragraphs of more than one sentence."""
    cases = []
    for document in read_starter():
        for _, paragraph in groupby(document.sentences, key=lambda s: s.paragraph):
            texts = [s.text for s in paragraph]
            if len(texts) > 1:
                cases.append(("starter corpus", *_join(texts)))
    return cases


def treebank_cases(folder: Path) -> list[tuple[str, str, list[int]]]:
    """The paragraphs of more than one sentence of a folder of CoNLL-U files."""
    cases = []
    for path in sorted(folder.glob("*.conllu")):
        for paragraph in path.read_text(encoding="utf-8").split("# newpar")[1:]:
            texts = [line.removeprefix("# text = ") for line in paragraph.splitlines() if line.startswith("# text = ")]
            if len(texts) > 1:
                cases.append(("treebank", *_join(texts)))
    return cases


def main() -> None:
    """Prints a table per splitter."""
    splitters: dict[str, Splitter] = {"sentencex": sentencex, "presscheck": presscheck}
    for candidate in (nupunkt, pysbd, syntok, spacy, blingfire):
        if find_spec(candidate.__name__):
            splitters[candidate.__name__] = candidate
    cases = hard_cases() + corpus_cases()
    for folder in sys.argv[1:]:
        cases += treebank_cases(Path(folder))
    sentences = sum(len(starts) + 1 for _, _, starts in cases)
    for name, splitter in splitters.items():
        splitter("Warm up. Once.")
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        start = time.perf_counter()
        for group, text, truth in cases:
            found = set(splitter(text))
            counts[group][0] += len(found & set(truth))
            counts[group][1] += len(found)
            counts[group][2] += len(truth)
        took = time.perf_counter() - start
        print(f"\n{name}: {1e6 * took / sentences:.0f} ms per 1,000 sentences")
        for group, (hits, found_count, true_count) in counts.items():
            precision, recall = hits / max(found_count, 1), hits / max(true_count, 1)
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            print(
                f"  {group:<33} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  ({true_count} boundaries)"
            )


if __name__ == "__main__":
    main()
