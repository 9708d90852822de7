"""What the harness of sources takes for attributed and for right, on made-up files of each corpus' format."""

from pathlib import Path

import pytest

from benchmarks.sources.attributed import Attributed
from benchmarks.sources.gum import read_gum
from benchmarks.sources.polnear import read_polnear
from presscheck.data.errors import DataError

SENTENCES = [
    [("Petra", "(1-person-a"), ("Lund", "1)"), ("spoke", ""), (".", "")],
    [("She", "(1-person-b)"), ("says", ""), ("dams", "(2-object-a)"), ("leak", ""), (".", "")],
    [("They", "(2-object-b)"), ("rust", ""), ("fast", ""), (".", "")],
]
TREE = """<rst><header><relations><rel name="joint-list" type="multinuc"/>
<rel name="attribution-positive" type="rst"/></relations></header>
<body><segment id="1">Petra Lund spoke .</segment><segment id="2" parent="5" relname="attribution-positive">She says</segment>

<segment id="3" parent="5" relname="joint-list">dams leak .</segment>
<segment id="4" parent="5" relname="joint-list">They rust fast .</segment>
<group id="5"/><signals><signal source="2" type="semantic" subtype="attribution_source" tokens="5"/></signals></body></rst>"""


@pytest.fixture
def gum(tmp_path: Path) -> Path:
    lines = []
    for sentence in SENTENCES:
        lines += ["# newpar", "# sent_id = x"]
        for number, (word, entity) in enumerate(sentence, start=1):
            misc = f"Entity={entity}" if entity else "_"
            lines.append("\t".join([str(number), word, *["_"] * 7, misc]))
        lines.append("")
    for folder, name, text in (("rst", "x.rs4", TREE), ("dep", "x.conllu", "\n".join(lines))):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text, encoding="utf-8")
    return tmp_path


def right(sentence: Attributed, body: str, words: str) -> bool:
    start = body.index(words)
    return sentence.is_right(start, start + len(words))


def test_a_pronoun_of_gum_is_right_by_the_name_that_it_stands_for(gum: Path) -> None:
    (article,) = read_gum(gum, ["x"])
    assert article.body == "Petra Lund spoke .\nShe says dams leak .\nThey rust fast ."
    assert [s.place for s in article.sentences] == ["pronoun", "elsewhere"]
    for sentence in article.sentences:
        assert right(sentence, article.body, "Petra Lund")
        assert right(sentence, article.body, "Lund")
        assert not right(sentence, article.body, "She"), "a pronoun is no source"
        assert not right(sentence, article.body, "dams")


def test_files_of_gum_that_do_not_agree_are_refused(gum: Path) -> None:
    (gum / "rst" / "x.rs4").write_text(TREE.replace("They rust fast .", "They rust ."), encoding="utf-8")
    with pytest.raises(DataError, match="12 words, and 13"):
        list(read_gum(gum, ["x"]))


def test_a_source_of_polnear_is_right_by_its_place_or_its_last_name(tmp_path: Path) -> None:
    body = "Petra Lund met Karin Holm. Lund said dams leak a lot. They rust in the rain."
    for kind in ("attributions", "text"):
        (tmp_path / "data" / "dev" / kind).mkdir(parents=True)
    (tmp_path / "data" / "dev" / "text" / "a.txt").write_text(body, encoding="utf-8")
    spans = "T1\tSource 27 31\tLund\nT2\tContent 37 53;54 76\tdams\nT3\tAttribution 32 36\tsaid\nE1\tAttribution:T3 Source:T1 Content:T2\n"
    (tmp_path / "data" / "dev" / "attributions" / "a_x.ann").write_text(spans, encoding="utf-8")
    (article,) = read_polnear(tmp_path, "dev")
    assert [s.place for s in article.sentences] == ["here", "elsewhere"]
    assert all(right(s, body, "Petra Lund") and not right(s, body, "Karin Holm") for s in article.sentences)
