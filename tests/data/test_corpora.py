"""Readers of research corpora, on tiny files in their publishers' formats."""

import json
from pathlib import Path

import pytest

from presscheck.data.corpora.polnear import read_polnear
from presscheck.data.corpora.ptc import read_ptc_titles
from presscheck.data.corpora.sentences import read_babe, read_claimbuster, read_subj
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
    [document] = read_polnear(polnear(tmp_path, {"b222": "", "a111": lines}), "test")
    title, said, blue, rain = document.segments
    assert [s.labels.get("attributed") for s in (title, said, blue, rain)] == [0.0, 1.0, 0.0, None]
    assert [(s.tag, said.text[s.start : s.end]) for s in said.spans] == [
        ("source", "Mayor Ito"),
        ("cue", "said"),
        ("content", "the ferry would stay open all year"),
    ]
    assert title.paragraph < said.paragraph == blue.paragraph


def test_a_discontinuous_content_counts_each_piece(tmp_path: Path) -> None:
    [document] = read_polnear(
        polnear(tmp_path, {"a111": span("Content", "Rain fell", "on the old town and the harbour all day")}), "test"
    )
    assert document.segments[3].labels == {"attributed": 1.0}


@pytest.mark.parametrize(
    ("annotations", "message"),
    [({}, "no attributions"), ({"a111": "T1\tContent 3 900\tx\n"}, r"_a111\.ann:1: the span \[3, 900\)")],
)
def test_polnear_names_what_is_broken(tmp_path: Path, annotations: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_polnear(polnear(tmp_path, annotations), "test")
    with pytest.raises(DataError, match="no articles here"):
        read_polnear(tmp_path, "dev")


def test_ptc_titles_take_the_spans_that_touch_them(tmp_path: Path) -> None:
    write(tmp_path / "train-articles/article11.txt", "Shameful bridge vote\n\nThe vote was a disgrace.")
    write(tmp_path / "train-articles/article12.txt", "Bridge vote is on Monday\n\nA disgrace.")
    write(tmp_path / "train-task2-TC.labels", "11\tLoaded_Language\t0\t8\n11\tDoubt\t24\t30\n12\tDoubt\t30\t35\n")
    loaded, plain = (document.segments[0] for document in read_ptc_titles(tmp_path))
    assert loaded.labels == {"sensational": 1.0, "loaded": 1.0}
    assert [loaded.text[s.start : s.end] for s in loaded.spans] == ["Shameful"]
    assert plain.labels == {"sensational": 0.0, "loaded": 0.0}
    write(tmp_path / "train-task2-TC.labels", "11\tDoubt\t24\n")
    with pytest.raises(DataError, match=r"TC\.labels:1: a row is"):
        read_ptc_titles(tmp_path)
    write(tmp_path / "train-task2-TC.labels", "11\tDoubt\t2\t400\n")
    with pytest.raises(DataError, match="outside article 11"):
        read_ptc_titles(tmp_path)


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
    assert second.segments[0].labels == {"sensational": 0.4}
    assert first.group == second.group
    write(tmp_path / "truth.jsonl", '{"id": "1", "truthMean": 0.2}\n{"id": "2"}')
    with pytest.raises(DataError, match=r"truth\.jsonl:2: no column 'truthMean'; there are id"):
        read_webis(tmp_path)


def labels(segments: list[Segment]) -> list[dict[str, float]]:
    return [dict(segment.labels) for segment in segments]


def test_delimited_corpora_map_their_labels(tmp_path: Path) -> None:
    head = "\ufefftext;news_link;outlet;topic;type;label_bias;label_opinion;biased_words\n"
    rows = '"He ""slammed"" it";l;o;t;left;Biased;x;[]\nA vote.;l;o;t;left;Non-biased;x;[]\nHm.;l;o;t;left;No agreement;x;[]\n'
    path = write(tmp_path / "final_labels_SG2.csv", head + rows)
    babe = read_babe(tmp_path)
    assert [d.segments[0].text for d in babe] == ['He "slammed" it', "A vote."]
    assert labels([d.segments[0] for d in babe]) == [{"loaded": 1.0}, {"loaded": 0.0}]
    write(path, head + "A vote.;l;o;t;left;Perhaps;x;[]\n")
    with pytest.raises(DataError, match=r"SG2\.csv:2: unknown label 'Perhaps'; known: Biased"):
        read_babe(tmp_path)

    write(
        tmp_path / "groundtruth.csv",
        "Sentence_id,Text,File_id,Verdict\n1,'We cut.',a.txt,1\n2,Hi.,a.txt,-1\n3,Rain.,b.txt,0\n",
    )
    spoken = read_claimbuster(tmp_path, "groundtruth")
    assert labels([d.segments[0] for d in spoken]) == [{"claim": 1.0}, {"claim": 0.0}, {"claim": 1.0}]
    assert spoken[0].group == spoken[1].group != spoken[2].group

    write(tmp_path / "dev_test_en.tsv", 'sentence_id\tsentence\tlabel\nx\t"Quoted" start\tOBJ\ny\tSad.\tSUBJ\n')
    views = read_subj(tmp_path, "dev_test")
    assert views[0].segments[0].text == '"Quoted" start'
    assert labels([d.segments[0] for d in views]) == [{"claim": 1.0}, {"claim": 0.0}]
    write(tmp_path / "dev_en.tsv", "sentence_id\tsentence\nx\ty\n")
    with pytest.raises(DataError, match=r"dev_en\.tsv:2: no column 'label'"):
        read_subj(tmp_path, "dev")
    with pytest.raises(DataError, match=r"train_en\.tsv: No such file"):
        read_subj(tmp_path, "train")
