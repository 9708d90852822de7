from pathlib import Path

import pytest

from presscheck.data.errors import DataError
from presscheck.data.schema import Span
from presscheck.data.starter.marked_spans import parse_spans
from presscheck.data.starter.markup import read_markup


def read(folder: Path, text: str) -> list[str]:
    path = folder / "x.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_markup(path)
    return str(caught.value).splitlines()


def test_spans_nest_and_brackets_escape() -> None:
    text, spans = parse_spans(r"[s: Mayor Ana Ruiz] [q: said] [c: the [l: reckless] plan \[sic\] failed].")
    assert text == "Mayor Ana Ruiz said the reckless plan [sic] failed."
    found = [(s.tag, text[s.start : s.end], s.type) for s in spans]
    assert found == [
        ("source", "Mayor Ana Ruiz", "named"),
        ("cue", "said", None),
        ("content", "the reckless plan [sic] failed", None),
        ("loaded", "reckless", None),
    ]


@pytest.mark.parametrize("marked", ["[s: open", "close]", "[z: kind]", "a [bare] bracket", "[s: ]"])
def test_broken_spans_are_errors(marked: str) -> None:
    with pytest.raises(ValueError, match=r"span|\]"):
        parse_spans(marked)


def test_headline_blocks_of_a_story_share_a_group(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(
        "@ levy-kelp | wire | business | oceania | 2011\n0 c | Council sets levy at 4 cents\n"
        "@ levy-kelp | blog | business | oceania | 2011\n3A c | So the levy is now [l: war]?\n"
    )
    first, second = read_markup(path)
    assert first.group == second.group == "levy-kelp"
    assert first.id != second.id
    assert second.segments[0].labels == {"sensational": 1.0, "claim": 1.0, "attributed": 0.0, "loaded": 1.0}
    assert "form:assertion_question" in second.segments[0].notes


def test_an_article_keeps_paragraphs_and_offsets(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(
        "@@ a-b | wire | courts | europe | 2016 | review 1\n1 c | Crane fell\n\n"
        "ca | [c: It was old], [s>: he] [q: said].\na | [c: It was tired].\n\nb | Share this\n"
    )
    (document,) = read_markup(path)
    body, starts = document.body_text()
    assert body == "It was old, he said. It was tired.\n\nShare this"
    assert [body[s:][:5] for s in starts] == ["It wa", "It wa", "Share"]
    assert document.review == 1.0
    assert document.sentences[0].spans[1] == Span("source", 12, 14, "pronoun")


def test_every_problem_is_named_with_its_line(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "0 c | before a header\n@ x | wire | courts | europe | 2016\n@ a-b | wir | courts | europe | 2016\n"
        "@@ c-d | wire | courts | europe | 2016 | review 2\n@ e-f | wire | courts | europe | 1889\n0 c | not read\n"
        "@ g-h | wire | courts | europe | 1990\n0 z | unknown flag\nc | no strength\n0 c | [s: Someone] said so\n",
    )
    lines = [int(problem.split(":")[1]) for problem in found]
    assert lines == [1, 2, 3, 4, 5, 8, 9, 10, 7]
    assert "the flag 'a' is missing" in found[-2]
    assert "story g-h has no headline" in found[-1]


def test_an_article_without_body_is_an_error(tmp_path: Path) -> None:
    assert "has no body" in read(tmp_path, "@@ a-b | wire | courts | europe | 2016 | review 1\n1 c | Crane fell\n")[0]


@pytest.mark.parametrize(
    ("kind", "field", "genre"),
    [
        ("wire", "", "news"),
        ("column", "", "opinion"),
        ("official_statement", "", "release"),
        ("social_screenshot", "", "other"),
        ("broadsheet", " | satire", "satire"),
        ("listing", " | news", "news"),
    ],
)
def test_an_article_is_what_is_usual_of_its_kind_unless_it_says_otherwise(tmp_path: Path, kind: str, field: str, genre: str) -> None:
    path = tmp_path / "x.txt"
    path.write_text(f"@@ a-b | {kind} | courts | europe | 2016 | review 1{field}\n0 c | Crane fell\n\nc | It was old.\n")
    (document,) = read_markup(path)
    assert (document.genre, document.article_genre) == (kind, genre)


@pytest.mark.parametrize(("field", "message"), [("poem", "unknown genre of the article 'poem'"), ("news", "left out")])
def test_a_genre_that_says_nothing_is_an_error(tmp_path: Path, field: str, message: str) -> None:
    (found,) = read(tmp_path, f"@@ a-b | wire | courts | europe | 2016 | review 1 | {field}\n0 c | Crane fell\n\nc | Old.\n")
    assert ":1: " in found
    assert message in found
