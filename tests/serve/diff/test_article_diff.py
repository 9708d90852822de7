import io
from html.parser import HTMLParser

import pytest
from record_support import headline, record, sentence

from presscheck.serve.diff.article_diff import ArticleDiff, diff_records
from presscheck.serve.diff.diff_writer import write_diff
from presscheck.serve.record import LedgerEntry, Record

OLD_FIRST, NEW_FIRST = "The vault was empty, a clerk said.", "The vault was empty, Ines Roth said."
OLD_SECOND, NEW_SECOND = "Some 1,200 crates were sold, the auditor said.", "Some 1,700 crates were sold."
KEPT, GONE, ADDED = "Nobody was told of it.", "Dockers saw it, their union said.", "It is likely that more <b>crates</b> will go."
OLD = f"{OLD_FIRST} {OLD_SECOND} {KEPT} {GONE}"
NEW = f"{NEW_FIRST} {KEPT} {NEW_SECOND} {ADDED}"


def entry(name: str, *segments: int, kind: str = "named") -> LedgerEntry:
    return LedgerEntry.model_validate({"name": name, "type": kind, "segments": list(segments), "words": 5})


@pytest.fixture
def old() -> Record:
    return record(
        "old.txt",
        headline("Vault was empty", support="supported"),
        [
            sentence(OLD, OLD_FIRST, "attributed", "a clerk", "anonymous"),
            sentence(OLD, OLD_SECOND, "attributed", "the auditor"),
            sentence(OLD, KEPT, "own_account"),
            sentence(OLD, GONE, "attributed", "their union"),
        ],
        sources=[entry("a clerk", 0, kind="anonymous"), entry("the auditor", 1), entry("their union", 3)],
        risk=(0.2, "low"),
    )


@pytest.fixture
def new() -> Record:
    return record(
        "new.txt",
        headline("Vault plundered", cues=(("plundered", "loaded_words"),), support="overstated", missing=(("plundered", "event"),)),
        [
            sentence(NEW, NEW_FIRST, "attributed", "Ines Roth"),
            sentence(NEW, KEPT, "own_account"),
            sentence(NEW, NEW_SECOND, "unsourced"),
            sentence(NEW, ADDED, "speculation"),
        ],
        sources=[entry("Ines Roth", 0)],
        risk=(0.7, "high"),
    )


@pytest.fixture
def found(old: Record, new: Record) -> ArticleDiff:
    return diff_records(old, new)


def test_sources_are_named_and_lost(found: ArticleDiff) -> None:
    changes = [(one.change, one.old.name if one.old else None, one.new.name if one.new else None) for one in found.sources]
    assert changes == [("named", "a clerk", "Ines Roth"), ("lost", "the auditor", None), ("lost", "their union", None)]


def test_backwards_every_change_is_its_opposite(old: Record, new: Record) -> None:
    back = diff_records(new, old)
    assert [one.change for one in back.sources] == ["unnamed", "gained", "gained"]
    assert sorted(one.change for one in back.claims) == ["gained_source", "unnamed"]
    assert {one.change for one in back.sentences} == {"same", "moved", "reworded", "added", "removed"} - {"moved"}
    assert [(one.old, one.new) for one in back.numbers] == [("1,700", "1,200")]


def test_a_claim_that_lost_its_source_is_found_where_it_stands(found: ArticleDiff) -> None:
    lost = [claim for claim in found.claims if claim.change == "lost_source"]
    assert [(claim.old.index, claim.new.index, claim.new.question) for claim in lost] == [(1, 2, "Who counted “1,700 crates”?")]
    assert [claim.change for claim in found.claims] == ["named", "lost_source"]


def test_numbers_sentences_headline_and_risk(found: ArticleDiff) -> None:
    assert [(one.old, one.new, one.old_sentence, one.new_sentence) for one in found.numbers] == [("1,200", "1,700", 1, 2)]
    assert [one.new.text for one in found.sentences if one.change == "added" and one.new] == [ADDED]
    assert [one.old.text for one in found.sentences if one.change == "removed" and one.old] == [GONE]
    assert found.headline.is_reworded
    assert found.headline.new is not None
    assert (found.headline.new.support, found.headline.new.missing) == ("overstated", ["plundered"])
    assert (found.risk.old.level, found.risk.new.level) == ("low", "high")


def test_a_headline_whose_body_no_longer_supports_it_has_changed(old: Record) -> None:
    dropped = old.model_copy(update={"headline": headline("Vault was empty", support="not_reported")})
    change = diff_records(old, dropped).headline
    assert change.is_changed
    assert not change.is_reworded


def test_the_same_source_by_part_of_its_name_is_kept(old: Record) -> None:
    with_name = old.model_copy(update={"sources": [entry("Auditor Ines Roth", 1)]})
    other = old.model_copy(update={"sources": [entry("Roth", 1), entry("Omar Haddad", 3)]})
    assert [one.change for one in diff_records(with_name, other).sources] == ["kept", "gained"]


def test_two_named_people_are_never_one(old: Record) -> None:
    one, other = (old.model_copy(update={"sources": [entry(name, 0)]}) for name in ("Ines Roth", "Omar Haddad"))
    assert [change.change for change in diff_records(one, other).sources] == ["gained", "lost"]


def test_a_version_without_headline_or_verdicts_is_compared(old: Record) -> None:
    bare = [segment.model_copy(update={"verdict": None, "flagged": None, "source": None}) for segment in old.segments]
    unjudged = old.model_copy(
        update={"headline": None, "segments": bare, "sources": [], "risk": old.risk.model_copy(update={"p": None, "level": None})}
    )
    found = diff_records(old, unjudged)
    assert not found.claims
    for output_format in ("page", "html"):
        assert "not computed" in written(found, output_format)


def written(found: ArticleDiff, output_format: str) -> str:
    stream = io.StringIO()
    write_diff(found, output_format, stream)
    return stream.getvalue()


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.marked: dict[str, str] = {"ins": "", "del": ""}
        self.tags: list[str] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._open = tag

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open in self.marked:
            self.marked[self._open] += data + "|"


def test_the_page_marks_the_words_that_differ_and_runs_nothing(found: ArticleDiff) -> None:
    html = written(found, "html")
    page = Page()
    page.feed(html)
    assert "1,700|" in page.marked["ins"]
    assert "1,200|" in page.marked["del"]
    assert ADDED in " ".join(page.text.split())
    assert not {"b", "script", "a"} & set(page.tags)
    assert "default-src 'none'" in html
    for words in ("named now", "lost its source", "Who counted “1,700 crates”?", "plundered", "low (20%) → high (70%)"):
        assert words in page.text


def test_the_terminal_says_the_same(found: ArticleDiff) -> None:
    text = " ".join(written(found, "page").split())
    for words in (
        "named now: a clerk (anonymous; 1) → Ines Roth (named; 1)",
        "lost its source",
        "1,200 → 1,700",
        "removed: 4",
        "+ Vault plundered",
    ):
        assert words in text
    assert "\x1b" not in text


def test_nothing_changed_is_said(old: Record) -> None:
    same = diff_records(old, old)
    assert {one.change for one in same.sources} == {"kept"}
    assert {one.change for one in same.sentences} == {"same"}
    for output_format in ("page", "html"):
        assert "Nothing changed." in written(same, output_format)


def test_an_article_cannot_steer_the_terminal(old: Record) -> None:
    hostile = old.model_copy(update={"headline": headline("Red \x1b[31malert [bold]x[/bold]")})
    text = written(diff_records(old, hostile), "page")
    assert "\x1b" not in text
    assert "[bold]x[/bold]" in text


def test_json_reads_back(found: ArticleDiff) -> None:
    assert ArticleDiff.model_validate_json(written(found, "json")) == found
