"""GUM's news and interviews as documents, on made-up files of its format."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from presscheck.data.corpora.gum_news import read_gum_news
from presscheck.data.errors import DataError
from presscheck.data.schema import Document, Segment

_RELATIONS = """<rst><header><relations><rel name="joint-list" type="multinuc"/>
<rel name="attribution-positive" type="rst"/><rel name="attribution-negative" type="rst"/></relations></header><body>"""
VERBS = frozenset(["said", "says", "think", "denied", "rose", "opened", "leak", "leaked", "rust", "spoke"])
NAMES = frozenset(["Ruiz", "Lund", "Ana", "Petra", "Oslo"])


def words(text: str) -> list[str]:
    return text.replace("\n", " ").split()


def article(folder: Path, name: str, sentences: Sequence[str], nodes: str, signals: Mapping[str, tuple[str, Sequence[str]]]) -> None:
    """Writes an article: sentences of words with a space between each, comment lines before them.

    Args:
        signals: by node, the words of its source and of its cue, each found where it stands first.
    """
    every = [word for sentence in sentences for word in words(sentence.rpartition("#")[2])]
    lines = [f"# meta::title = {name}", "# meta::dateCreated = 2019-04-02"]
    for number, sentence in enumerate(sentences):
        comments, _, text = sentence.rpartition("#")
        lines += ["# newpar", *(f"# newpar_block = {c}" for c in comments.split("#") if c and "=" not in c)]
        lines += [f"# sent_id = {name}-{number}", *(f"# {c}" for c in comments.split("#") if "=" in c)]
        for at, word in enumerate(words(text), start=1):
            kind = "VERB" if word in VERBS else "PROPN" if word in NAMES else "PUNCT" if word in '.,:"' else "NOUN"
            lines.append("\t".join([str(at), word, word, kind, *["_"] * 6]))
        lines.append("")
    found = []
    for node, marks in signals.items():
        for kind, marked in zip(('semantic" subtype="attribution_source', 'lexical" subtype="indicative_word'), marks, strict=True):
            tokens = ",".join(str(every.index(word) + 1) for word in words(marked if isinstance(marked, str) else " ".join(marked)))
            found.append(f'<signal source="{node}" type="{kind}" tokens="{tokens}"/>')
    for kind in ("dep", "rst"):
        (folder / kind).mkdir(exist_ok=True, parents=True)
    (folder / "dep" / f"{name}.conllu").write_text("\n".join(lines), encoding="utf-8")
    (folder / "rst" / f"{name}.rs4").write_text(f"{_RELATIONS}{nodes}<signals>{''.join(found)}</signals></body></rst>", encoding="utf-8")


def unit(number: int, text: str, *, parent: int | None = None, relation: str = "") -> str:
    above = f' parent="{parent}" relname="{relation}"' if parent else ""
    return f'<segment id="{number}"{above}>{text.replace(chr(34), "&quot;")}</segment>'


SAID, NOT_SAID = "attribution-positive", "attribution-negative"


def read(folder: Path, sentences: Sequence[str], units: Sequence[str], signals: Mapping[str, tuple[str, Sequence[str]]]) -> Document:
    plain = "x y"
    for name in ("GUM_news_b", "GUM_interview_c"):
        article(folder, name, [plain], unit(1, plain), {})
    article(folder, "GUM_news_a", sentences, "".join(units), signals)
    listed = "# Splits\n\n## dev\n\n  * GUM_bio_z\n  * GUM_news_b\n\n## test\n\n  * GUM_news_a\n\n## train\n\n  * GUM_interview_c\n"
    (folder / "splits.md").write_text(listed, encoding="utf-8")
    documents = {document.id: document for document in read_gum_news(folder)}
    assert {d.split for d in documents.values()} == {"train", "dev", "test"}
    return documents["gum-news/GUM_news_a"]


def spans(segment: Segment) -> list[tuple[str, str]]:
    return [(s.tag, segment.text[s.start : s.end]) for s in segment.spans]


def test_content_over_several_units_is_attributed_with_its_source_and_cue(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        ["Petra Lund said dams leak .", "They rust ."],
        [
            unit(1, "Petra Lund said", parent=4, relation=SAID),
            unit(2, "dams leak .", parent=4, relation="joint-list"),
            unit(3, "They rust .", parent=4, relation="joint-list"),
            '<group id="4" type="multinuc"/>',
        ],
        {"1": ("Petra Lund", ["said"])},
    )
    said, carried = document.segments
    assert said.labels == carried.labels == {"attributed": 1.0}
    assert spans(said) == [("source", "Petra Lund"), ("cue", "said"), ("content", "dams leak .")]
    assert (spans(carried), carried.tags) == ([("content", "They rust .")], ("source", "cue", "content"))
    assert (document.split, document.genre, document.year, document.headline) == ("test", "news", 2019, None)


@pytest.mark.parametrize(
    ("unit_text", "relation", "source", "cue"),
    [
        ("Petra Lund think", SAID, "Petra Lund", "think"),  # a thought has not been said
        ("Petra Lund said", NOT_SAID, "Petra Lund", "said"),
        ("you said", SAID, "you", "said"),
        ("I said", SAID, "I", "said"),
    ],
)
def test_what_a_relation_leaves_open_has_no_label(tmp_path: Path, unit_text: str, relation: str, source: str, cue: str) -> None:
    units = [unit(1, unit_text, parent=2, relation=relation), unit(2, "dams leak .")]
    document = read(tmp_path, [f"{unit_text} dams leak ."], units, {"1": (source, [cue])})
    assert (dict(document.segments[0].labels), document.segments[0].tags) == ({}, ())


def test_a_thought_inside_what_is_said_leaves_source_and_cue_open(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        ["Ruiz says locals think dams leak ."],
        [
            unit(1, "Ruiz says", parent=4, relation=SAID),
            unit(2, "locals think", parent=3, relation=SAID),
            unit(3, "dams leak .", parent=4, relation="span"),
            '<group id="4" type="span"/>',
        ],
        {"1": ("Ruiz", ["says"]), "2": ("locals", ["think"])},
    )
    assert (document.segments[0].labels, document.segments[0].tags) == ({"attributed": 1.0}, ("content",))


def test_a_source_that_breaks_off_within_a_name_is_no_span(tmp_path: Path) -> None:
    text = "the mayor Ana Ruiz said dams leak ."
    units = [unit(1, "the mayor Ana Ruiz said", parent=2, relation=SAID), unit(2, "dams leak .")]
    document = read(tmp_path, [text], units, {"1": ("the mayor", ["said"])})
    assert document.segments[0].tags == ("cue", "content")


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("the bridge opened on time .", {"attributed": 0.0}),
        ("prices rose despite the mayor 's denial .", {}),  # its source is no unit of its own
        ("the allegations leaked .", {}),
        ("the bridge opened , according to locals .", {}),
        ("I spoke on the bridge .", {}),
        ('" the bridge opened , " it seems .', {}),
        ("s_type = frag#the bridge .", {}),
        ("speaker = Ruiz#the bridge opened .", {}),  # a turn is its speaker's, whatever the trees say
        ('figure rend:::"a (1 s) bridge" (1 s) | caption (1 s)#the bridge opened .', {}),
        ("list (1 s) | item (1 s)#the bridge opened .", {}),
        ("quote (1 s)#the bridge opened .", {}),
    ],
)
def test_an_unmarked_sentence_is_unattributed_only_where_nothing_else_can_attribute(
    tmp_path: Path, sentence: str, label: dict[str, float]
) -> None:
    document = read(tmp_path, [sentence], [unit(1, sentence.rpartition("#")[2])], {})
    [segment] = document.segments
    assert (segment.labels, segment.tags) == (label, ("source", "cue", "content") if label else ())


def test_a_picture_takes_its_own_sentences_alone_from_a_paragraph(tmp_path: Path) -> None:
    sentences = ["p (2 s) | figure (1 s) | caption (1 s)#Image : Ruiz .", "the bridge opened ."]
    document = read(tmp_path, sentences, [unit(1, "Image : Ruiz ."), unit(2, "the bridge opened .")], {})
    assert [dict(s.labels) for s in document.segments] == [{}, {"attributed": 0.0}]


def test_a_source_list_goes_on_over_paragraphs_and_the_title_is_the_headline(tmp_path: Path) -> None:
    sentences = ["head (1 s)#dams leak", "list (2 s) | item (1 s)#one bridge opened .", "the bridge opened ."]
    document = read(tmp_path, sentences, [unit(i, s.rpartition("#")[2]) for i, s in enumerate(sentences, start=1)], {})
    assert document.headline
    assert document.headline.text == "dams leak"
    assert [dict(s.labels) for s in document.segments] == [{}, {}, {}]


def test_broken_files_of_gum_are_named(tmp_path: Path) -> None:
    read(tmp_path, ["dams leak ."], [unit(1, "dams leak .")], {})
    tree = tmp_path / "rst" / "GUM_news_a.rs4"
    tree.write_text(tree.read_text().replace("dams leak .", "dams"), encoding="utf-8")
    with pytest.raises(DataError, match=r"GUM_news_a\.rs4: 1 words, and 3 in GUM_news_a\.conllu"):
        list(read_gum_news(tmp_path))
    tree.write_text("<rst>", encoding="utf-8")
    with pytest.raises(DataError, match=r"GUM_news_a\.rs4: no discourse tree"):
        list(read_gum_news(tmp_path))
    tree.unlink()
    with pytest.raises(DataError, match=r"GUM_news_a\.rs4 or .*GUM_news_a\.conllu: no such file"):
        list(read_gum_news(tmp_path))
    (tmp_path / "splits.md").write_text("## dev\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"splits\.md: no articles under ## train"):
        list(read_gum_news(tmp_path))
