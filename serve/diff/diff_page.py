"""What changed as one self-contained HTML page: no script, no request, readable in print."""

from difflib import SequenceMatcher

from presscheck.data.pages import page_environment
from presscheck.serve.diff import diff_words
from presscheck.serve.diff.article_diff import ArticleDiff
from presscheck.serve.render.words import DISCLAIMER

Pieces = list[tuple[str, bool]]


def marked_words(old: str, new: str) -> tuple[Pieces, Pieces]:
    """Both texts cut into pieces, each with whether the other lacks it."""
    olds, news = old.split(), new.split()
    before: Pieces = []
    after: Pieces = []
    for tag, start, end, start_, end_ in SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        before += [(" ".join(olds[start:end]), tag != "equal")] if end > start else []
        after += [(" ".join(news[start_:end_]), tag != "equal")] if end_ > start_ else []
    return before, after


def render_diff(diff: ArticleDiff) -> str:
    """The page."""
    environment = page_environment("presscheck.serve.diff")
    return environment.get_template("diff.html").render(diff=diff, words=diff_words, marked_words=marked_words, disclaimer=DISCLAIMER)
