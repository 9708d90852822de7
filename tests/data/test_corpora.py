"""Readers of research corpora, on tiny files in their publishers' formats, and on the real ones where they are."""

import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from presscheck.data.corpora.fib import read_fib
from presscheck.data.corpora.polnear import read_polnear
from presscheck.data.corpora.ptc import read_ptc
from presscheck.data.corpora.registry import corpora, folder_of, problems, read_corpus
from presscheck.data.corpora.sentences import read_babe, read_checkthat24, read_claimbuster, read_subj
from presscheck.data.corpora.webis import read_webis
from presscheck.data.errors import DataError
from presscheck.data.schema import Segment

TEXT = (
    "Ferry to stay.\n\n"
    "Mayor Ito said the ferry would stay open all year. It is blue. Rain fell, he added, on the old town and the harbour all day."
)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def polnear(folder: Path, annotations: dict[str, str]) -> Path:
    write(folder / "data/test/text/paper_2016-01-02_ferry.txt", TEXT)
    for annotator, lines in annotations.items():
        write(folder / f"data/test/attributions/paper_2016-01-02_ferry_{annotator}.ann", lines)
    for split in (
        "train",
        "dev",
    ):  # an article without a sentence is no article of the split, but its folder must be there
        write(folder / f"data/{split}/text/paper_2016-01-03_empty.txt", "")
        write(folder / f"data/{split}/attributions/paper_2016-01-03_empty_a111.ann", "")
    return folder


def span(kind: str, *pieces: str, number: int = 1) -> str:
    where = ";".join(f"{TEXT.index(piece)} {TEXT.index(piece) + len(piece)}" for piece in pieces)
    return f"T{number}\t{kind} {where}\t{' '.join(pieces)}\n"


def test_polnear_attributes_where_content_covers_half(tmp_path: Path) -> None:
    lines = (
        span("Source", "Mayor Ito")
        + span("Cue", "said", number=2)
        + span("Content", "the ferry would stay open all year", number=3)
        + span("Content", "Rain fell", number=4)
        + "E1\tAttribution:T2 Content:T3 Cue:T2 Source:T1\n"
    )
    [document] = read_polnear(polnear(tmp_path, {"b222": "", "a111": lines}))
    title, said, blue, rain = document.segments
    assert [s.labels.get("attributed") for s in (title, said, blue, rain)] == [0.0, 1.0, 0.0, None]
    assert [(s.tag, said.text[s.start : s.end]) for s in said.spans] == [
        ("source", "Mayor Ito"),
        ("cue", "said"),
        ("content", "the ferry would stay open all year"),
    ]
    assert title.paragraph < said.paragraph == blue.paragraph
    assert (document.outlet, document.year, document.split) == ("paper", 2016, "test")


def test_a_discontinuous_content_counts_each_piece(tmp_path: Path) -> None:
    [document] = read_polnear(polnear(tmp_path, {"a111": span("Content", "Rain fell", "on the old town and the harbour all day")}))
    assert document.segments[3].labels == {"attributed": 1.0}


@pytest.mark.parametrize(
    ("annotations", "message"),
    [({}, "no attributions"), ({"a111": "T1\tContent 3 900\tx\n"}, r"_a111\.ann:1: the span \[3, 900\)")],
)
def test_polnear_names_what_is_broken(tmp_path: Path, annotations: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        list(read_polnear(polnear(tmp_path, annotations)))


def test_polnear_names_a_split_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="train/text: no articles here"):
        list(read_polnear(tmp_path))


PTC = 'Shameful bridge vote\n\nThe vote was a disgrace. The mayor spoke. "It is a disgrace," he said.\n'


def test_ptc_marks_titles_and_sentences(tmp_path: Path) -> None:
    write(tmp_path / "train-articles/article11.txt", PTC)
    write(tmp_path / "train-articles/article12.txt", "Is the bridge a disgrace?\n\nIt is open.")
    own, quoted = PTC.index("disgrace"), PTC.rindex("disgrace")
    rows = f"11\tLoaded_Language\t0\t8\n11\tDoubt\t24\t30\n11\tLoaded_Language\t{own}\t{own + 8}\n"
    write(tmp_path / "train-task2-TC.labels", f"{rows}11\tName_Calling,Labeling\t{quoted}\t{quoted + 8}\n")
    first, second = read_ptc(tmp_path)
    assert labels(first.segments) == [{"sensational": 1.0, "loaded": 1.0}, {"loaded": 1.0}, {"loaded": 0.0}, {}]
    assert [s.text[x.start : x.end] for s in first.segments for x in s.spans] == ["Shameful", "disgrace"]
    assert first.segments[3].tags == ()
    assert labels(second.segments) == [{}, {"loaded": 0.0}]


@pytest.mark.parametrize(
    ("rows", "message"),
    [("11\tDoubt\t24\n", r"TC\.labels:1: a row is"), ("11\tDoubt\t2\t400\n", "outside article 11")],
)
def test_ptc_names_what_is_broken(tmp_path: Path, rows: str, message: str) -> None:
    write(tmp_path / "train-articles/article11.txt", PTC)
    write(tmp_path / "train-task2-TC.labels", rows)
    with pytest.raises(DataError, match=message):
        list(read_ptc(tmp_path))


def test_webis_joins_posts_and_judgments(tmp_path: Path) -> None:
    posts = [
        {"id": "1", "postText": ["One  trick"]},
        {"id": "2", "postText": ["one trick"]},
        {"id": "3", "postText": [""]},
    ]
    write(tmp_path / "instances.jsonl", "\n".join(map(json.dumps, posts)))
    write(tmp_path / "truth.jsonl", "\n".join(json.dumps({"id": str(i), "truthMean": 0.2 * i}) for i in (1, 2, 3)))
    first, second = read_webis(tmp_path)
    assert first.segments[0].text == "One trick"
    assert second.segments[0].labels == {"clickbait": 0.4}
    assert first.group == second.group
    write(tmp_path / "truth.jsonl", '{"id": "1", "truthMean": 0.2}\n{"id": "2"}')
    with pytest.raises(DataError, match=r"truth\.jsonl:2: no column 'truthMean'; there are id"):
        list(read_webis(tmp_path))


def labels(segments: Iterable[Segment]) -> list[dict[str, float]]:
    return [dict(segment.labels) for segment in segments]


def test_babe_finds_the_biased_words(tmp_path: Path) -> None:
    head = "\ufefftext;news_link;outlet;topic;type;label_bias;label_opinion;biased_words\n"
    rows = (
        '"He ""slammed"" it, slamming on";l;Post;t;left;Biased;x;[\'Slammed\']\n'
        "A vote.;l;Post;t;left;Non-biased;x;['vote']\nHm.;l;Post;t;left;No agreement;x;[]\n"
    )
    path = write(tmp_path / "final_labels_SG2.csv", head + rows)
    biased, plain = (d.segments[0] for d in read_babe(tmp_path))
    assert (biased.text, plain.text) == ('He "slammed" it, slamming on', "A vote.")
    assert labels([biased, plain]) == [{"loaded": 1.0}, {"loaded": 0.0}]
    assert [biased.text[s.start : s.end] for s in biased.spans] == ["slammed"]
    assert (plain.spans, plain.tags) == ((), ("loaded",))
    write(path, head + "A vote.;l;o;t;left;Perhaps;x;[]\n")
    with pytest.raises(DataError, match=r"SG2\.csv:2: unknown label 'Perhaps'; known: Biased"):
        list(read_babe(tmp_path))
    write(path, head + "A vote.;l;o;t;left;Biased;x;slam\n")
    with pytest.raises(DataError, match=r"SG2\.csv:2: biased_words is not a list of words: 'slam'"):
        list(read_babe(tmp_path))


def test_claimbuster_keeps_its_ground_truth_for_the_test(tmp_path: Path) -> None:
    head = "Sentence_id,Text,File_id,Verdict\n"
    write(tmp_path / "groundtruth.csv", f"{head}1,'We cut.',a.txt,1\n2,Hi.,a.txt,-1\n3,Rain.,b.txt,0\n")
    write(tmp_path / "crowdsourced.csv", f"{head}9,We rose.,c.txt,1\n")
    *spoken, crowd = read_claimbuster(tmp_path)
    claims = [
        {"claim": 1.0, "checkworthy": 1.0},
        {"claim": 0.0, "checkworthy": 0.0},
        {"claim": 1.0, "checkworthy": 0.0},
    ]
    assert labels([d.segments[0] for d in spoken]) == claims
    assert spoken[0].group == spoken[1].group != spoken[2].group
    assert [d.split for d in spoken] == ["test"] * 3
    assert crowd.split in ("train", "dev")


def test_the_checkthat_labs_keep_their_splits(tmp_path: Path) -> None:
    head = "sentence_id\tsentence\tlabel\tsolved_conflict\n"
    for name, row in (
        ("train", "x\tA bill.\tOBJ\tTrue\n"),
        ("dev", "y\tSad.\tSUBJ\n"),
        ("dev_test", 'z\t"Quoted" start\tOBJ\n'),
    ):
        write(tmp_path / f"{name}_en.tsv", head + row)
    documents = list(read_subj(tmp_path))
    assert [(d.segments[0].text, dict(d.segments[0].labels), d.split) for d in documents] == [
        ("A bill.", {"subjective": 0.0}, "train"),
        ("Sad.", {"subjective": 1.0}, "dev"),
        ('"Quoted" start', {"subjective": 0.0}, "test"),
    ]
    write(tmp_path / "train_en.tsv", "sentence_id\tsentence\nx\ty\n")
    with pytest.raises(DataError, match=r"train_en\.tsv:1: the file has no column 'label'"):
        list(read_subj(tmp_path))
    (tmp_path / "train_en.tsv").unlink()
    with pytest.raises(DataError, match=r"train_en\.tsv: No such file"):
        list(read_subj(tmp_path))
    write(tmp_path / "CT24_checkworthy_english_dev-test.tsv", "Sentence_id\tText\tclass_label\n7\tWe rose.\tYes\n")
    [worthy] = read_checkthat24(tmp_path)
    assert (dict(worthy.segments[0].labels), worthy.split) == ({"checkworthy": 1.0}, "test")


def test_a_corpus_that_is_not_there_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="presscheck data fetch babe"):
        list(read_corpus("babe", tmp_path))
    with pytest.raises(DataError, match="no corpus 'bab'; known: webis, ptc, babe"):
        list(read_corpus("bab", tmp_path))


REAL = Path(os.environ.get("PRESSCHECK_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
ROWS = {
    "webis": 15604,
    "ptc": 371,
    "babe": 3673,
    "polnear": 1008,
    "claimbuster": 23533,
    "checkthat-subj": 1776,
    "checkthat24": 318,
    "fib-xsum": 2062,
    "gum-news": 43,
    "citation-needed": 462,
}


@pytest.mark.slow
@pytest.mark.corpora
@pytest.mark.parametrize("name", corpora())
def test_the_real_files_are_the_registrys_and_read(name: str) -> None:
    folder = folder_of(name, REAL)
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here; PRESSCHECK_CORPORA names the folder that holds the corpora")
    assert problems(corpora()[name], folder) == []
    documents = list(read_corpus(name, REAL))
    assert len(documents) == ROWS[name]
    assert not [i for i, n in Counter(d.id for d in documents).items() if n > 1]
    asked = {label for d in documents for s in d.labelled_texts for label in s.labels}
    assert asked == set(corpora()[name].labels)
    assert {d.licence for d in documents} == {corpora()[name].licence}


def fib_pair(tmp_path: Path, part: str, **changed: object) -> Path:
    row = {"id": "31", "input": "The ferry stayed in port. Nobody was hurt.\nIt sails on Monday.", "lbl": 1} | changed
    row.setdefault("list_choices", [" A ferry has sunk\n", "A ferry stayed in port."])
    folder = tmp_path / "fib-xsum" / part
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "binary_choice.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")
    return folder.parent


def test_fib_gives_an_article_with_its_summaries_as_judged_headlines(tmp_path: Path) -> None:
    fib_pair(tmp_path, "fib")
    folder = fib_pair(tmp_path, "fib", list_choices=["A ferry stayed in port.", "Two ferries collided"], lbl=0)
    [document] = read_fib(folder)
    assert [s.text for s in document.sentences] == ["The ferry stayed in port.", "Nobody was hurt.", "It sails on Monday."]
    assert {h.text: h.labels["supported"] for h in document.judged_headlines} == {
        "A ferry has sunk": 0.0,
        "A ferry stayed in port.": 1.0,
        "Two ferries collided": 0.0,
    }


def test_fib_supports_both_summaries_where_the_part_says_so(tmp_path: Path) -> None:
    [document] = read_fib(fib_pair(tmp_path, "factually_consistent-model_generated"))
    assert [h.labels["supported"] for h in document.judged_headlines] == [1.0, 1.0]


def test_a_line_that_is_no_pair_of_fib_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"binary_choice\.jsonl:1: not a pair of FIB"):
        list(read_fib(fib_pair(tmp_path, "fir", list_choices=None)))
