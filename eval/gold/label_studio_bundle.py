"""Writes a Label Studio project for people who label articles for the gold format, blind: with nothing of what a model says.

The body's sentences are cut as presscheck cuts them; each is asked in a block that the tag Repeater makes (labelstud.io/tags/repeater).
The project is one task an article, the labelling interface with the guide's short text, and a README.
"""

import json
import random
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from presscheck.data.article import Article
from presscheck.data.atomic import write_files
from presscheck.data.errors import DataError
from presscheck.data.text.headline_parts import bare_headline, headline_parts
from presscheck.data.text.segmentation import segment_body

TASKS, INTERFACE, README = "tasks.json", "labelling.xml", "README.md"
STRENGTH, FRAMING, REVIEW, VERDICT = "strength", "framing", "review", "verdict_"
STRENGTHS = {"0": "0 plain", "1": "1 lively, but would pass", "2": "2 sensational", "3": "3 strongly sensational"}
REVIEWS = {"1": "yes", "0": "no", "0.5": "undecided"}
VERDICTS = {
    "N": "N no claim: opinion, question, wish, caption, navigation",
    "A": "A attributed to a source that is named or described",
    "V": "V vague source (experts, sources, reportedly) or a platform alone",
    "S": "S speculation (it is very likely that, could be the reason)",
    "U": "U own voice, and a careful desk asks who says so: numbers, allegations, causes, motives",
    "O": "O own voice, and needs no source: public record, common knowledge, what the reporter saw",
}
_GUIDE = (
    "Say how the text presents itself, never whether it is true. Judge the headline alone, before you read on: sensational is what alarms, "
    "teases or provokes beyond what it reports; a dramatic fact, or strong words with a speaker, are not. Mark the shortest words that "
    "make it so."
)
_ORDER = "Give each sentence the first code that fits, in the order N, A, V, S, O, U. In a running quotation the source is carried over."


def draw(articles: Sequence[Article], *, count: int, seed: int) -> list[Article]:
    """At most `count` articles at random, in their own order.

    Raises:
        DataError: if none has both headline and body, or two have the same id.
    """
    whole = [one for one in articles if one.headline and one.body]
    if not whole:
        raise DataError("no article has both a headline and a body; there is nothing to annotate")
    known: set[str] = set()
    for one in whole:
        if one.id in known:
            raise DataError(f"two articles have the id {one.id!r}; give each its own")
        known.add(one.id)
    chosen = sorted(random.Random(seed).sample(range(len(whole)), min(count, len(whole))))  # noqa: S311 - a draw, no secret
    return [whole[index] for index in chosen]


def task_of(article: Article) -> dict[str, Any]:
    """An article as a task; offsets of sentences are code points into the body."""
    assert article.headline
    assert article.body
    titles = (article.headline, bare_headline(article.headline, headline_parts(article.headline)))
    sentences = [
        {"start": start, "end": end, "text": article.body[start:end]} for start, end in segment_body(article.body, titles=titles).sentences
    ]
    return {"data": {"article_id": article.id, "headline": article.headline, "body": article.body, "sentences": sentences}}


def _choices(name: str, part: str, values: dict[str, str]) -> str:
    choices = "".join(f'<Choice value="{escape(shown)}" alias="{alias}"/>' for alias, shown in values.items())
    return f'<Choices name="{name}" toName="{part}" choice="single-radio" required="true">{choices}</Choices>'


def interface() -> str:
    """The labelling interface."""
    return "\n".join(
        (
            "<View>",
            f'  <Header size="5" value="{escape(_GUIDE)}"/>',
            '  <Text name="headline" value="$headline"/>',
            f"  {_choices(STRENGTH, 'headline', STRENGTHS)}",
            f'  <Labels name="{FRAMING}" toName="headline"><Label value="{FRAMING}"/></Labels>',
            f'  <Header size="5" value="{escape(_ORDER)}"/>',
            '  <Repeater on="$sentences" indexFlag="{{idx}}">',
            '    <Text name="sentence_{{idx}}" value="$sentences[{{idx}}].text"/>',
            f"    {_choices(VERDICT + '{{idx}}', 'sentence_{{idx}}', VERDICTS)}",
            "  </Repeater>",
            '  <Header size="5" value="Would an editor send this article to a sourcing review?"/>',
            f"  {_choices(REVIEW, 'headline', REVIEWS)}",
            "</View>",
            "",
        )
    )


def write_bundle(folder: Path, articles: Sequence[Article]) -> None:
    """Writes the project.

    Raises:
        DataError: if the folder holds one already.
    """
    if (folder / TASKS).exists():
        raise DataError(f"{folder / TASKS} is there already, and people may be labelling it; give another --out")
    tasks = json.dumps([task_of(one) for one in articles], ensure_ascii=False, indent=1) + "\n"
    readme = (Path(__file__).parent / "bundle_readme.md").read_text(encoding="utf-8")
    write_files(folder, {TASKS: tasks, INTERFACE: interface(), README: readme.replace("{{count}}", str(len(articles)))})
