"""What Wikipedia's editors cite, as documents, on made-up rows of both parts' formats."""

import json
from pathlib import Path

import pytest

from presscheck.data.corpora.citation_needed import NEEDS_SOURCE, passages, read_citation_needed
from presscheck.data.errors import DataError

TITLES = [f"Harbour_{number}" for number in range(40)]  # some of them are held out


def row(text: str, *, title: str = TITLES[0], section: str = "Career", label: int | str = 1) -> str:
    return f"7\t8\tx-1\t{title}\t{section}\t3\t9\t{text}\t{label}"


def featured(claim: str = "The pier is iron.", *, section: str = "History", label: object = 1, before: str = "It rained.") -> str:
    names = {"claim": claim, "label": label, "title": "Pier", "section": section}
    return json.dumps({**names, "previous_sentence": before, "subsequent_sentence": "It stands."})


def write(folder: Path, biographies: list[str], sentences: list[str]) -> Path:
    for path, lines in ((folder / "redi" / "english_short.tsv", biographies), (folder / "wcd" / "no.jsonl", sentences)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


def trained_title(folder: Path) -> str:
    every = passages(write(folder, [row("It sank.", title=title) for title in TITLES], []))
    return next(p.title for p in every if not p.is_held_out).replace(" ", "_")


def test_a_cited_sentence_is_a_soft_target_and_its_neighbours_are_context(tmp_path: Path) -> None:
    title = trained_title(tmp_path)
    rows = [row("The harbour froze twice.", title=title), row("She moved to Oslo.", title=title, label=0)]
    sentence = {**json.loads(featured()), "title": title.replace("_", " ")}
    documents = list(read_citation_needed(write(tmp_path, rows, [json.dumps(sentence)])))
    cited, uncited = {"needs_source": NEEDS_SOURCE[True]}, {"needs_source": NEEDS_SOURCE[False]}
    assert [[dict(s.labels) for s in d.segments] for d in documents] == [[cited], [uncited], [{}, cited, {}]]
    assert {d.split for d in documents} == {"train"}
    assert len({d.group for d in documents}) == 1, "a page is one group in both parts"
    assert len({d.id for d in documents}) == 3


@pytest.mark.parametrize(
    "text",
    [
        "The harbour froze. It thawed in May.",  # nobody says which of the two is cited
        "harbour master of the town, froze in May.",  # begins in the middle of a sentence
        "The harbour froze, according to the town.",
        "Lund insisted that the harbour froze.",
        "The harbour “froze” in May.",
    ],
)
def test_a_passage_that_names_its_source_or_has_more_than_a_sentence_is_left_out(tmp_path: Path, text: str) -> None:
    title = trained_title(tmp_path)
    folder = write(tmp_path, [row(text, title=title)], [])
    assert list(read_citation_needed(folder)) == []
    assert [p.is_cited for p in passages(folder)] == [True], "the benchmark still reads it"


def test_leads_and_plots_are_no_passages(tmp_path: Path) -> None:
    sections = ["Plot", "Act 2", "Part Two", "Synopsis and themes", "Characters"]
    folder = write(tmp_path, [row("It sank.", section="MAIN_SECTION")], [featured(section=s) for s in sections])
    assert list(passages(folder)) == []
    kept = [featured(section=s) for s in ("History", "Impact", "Participants", "Part of the state")]
    assert len(list(passages(write(tmp_path, [], kept)))) == len(kept)


def test_a_fifth_of_the_pages_is_left_for_measuring(tmp_path: Path) -> None:
    folder = write(tmp_path, [row("The harbour froze.", title=f"T{n}") for n in range(500)], [])
    held_out = {p.title for p in passages(folder) if p.is_held_out}
    trained = {d.group.partition("/")[2] for d in read_citation_needed(folder)}
    assert 60 < len(held_out) < 140
    assert len(trained) == 500 - len(held_out)
    assert trained.isdisjoint(held_out)


def test_the_asked_sentence_of_a_passage_is_found_without_a_neighbour(tmp_path: Path) -> None:
    first, second = passages(write(tmp_path, [], [featured(), featured(before="")]))
    assert first.sentences[first.asked] == second.sentences[second.asked] == ("The pier is iron.",)


@pytest.mark.parametrize(
    ("biographies", "sentences", "message"),
    [
        (["7\t8"], [], r"english_short\.tsv:1: a row has 9 cells, this one 2"),
        ([row("It sank."), row("It sank.", label="x")], [], r"english_short\.tsv:2: unknown label 'x'; known: 0, 1"),
        ([], [featured(), "{"], r"no\.jsonl:2: not a row of featured articles"),
        ([], [json.dumps({"claim": "It sank."})], r"no\.jsonl:1: not a row of featured articles"),
        ([], [featured(label=None)], r"no\.jsonl:1: unknown label 'None'"),
    ],
)
def test_what_is_broken_is_named(tmp_path: Path, biographies: list[str], sentences: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        list(passages(write(tmp_path, biographies, sentences)))
