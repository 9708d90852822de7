"""Flags as a SARIF 2.1.0 log, which editors and continuous integration show at their place (https://docs.oasis-open.org/sarif/sarif/v2.1.0/)."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from presscheck.serve.record import Headline, Record, ScoredSegment
from presscheck.serve.render.questions import framing_question, question_of, support_question
from presscheck.serve.render.sarif_places import Place, Places
from presscheck.serve.render.sarif_rules import RULES, Rule, rule_descriptors
from presscheck.serve.render.words import DISCLAIMER, FRAMING, MISSING, SUPPORT, VERDICTS, percent, support_odds

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render_sarif(records: Iterable[tuple[Record, Path | None]], *, encoding: str | None = None) -> Iterator[str]:
    """The log in pieces, a result as its record comes.

    Args:
        records: each with the file that it was read from; None for standard input and the command line.
        encoding: the caller's encoding of the files.

    Raises:
        DataError: if a plain-text file no longer holds the text that was scored.
    """
    driver = {
        "name": "presscheck",
        "semanticVersion": version("presscheck"),
        "fullDescription": {"text": f"Flags sensational framing in headlines and unsourced claims in news texts. {DISCLAIMER}"},
        "rules": rule_descriptors(),
    }
    head = {"$schema": SCHEMA, "version": "2.1.0"}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
    yield f'{_dump(head)[:-1]}, "runs": [{_dump(run)[:-1]}, "results": ['
    separator, rejections, models = "\n", [], {}
    for record, path in records:
        models = {"name": record.model.name, "version": record.model.version, "policy": record.model.policy}
        places = Places(record, path, encoding=encoding)
        if record.notes.rejected is not None:
            message = {"text": record.notes.rejected.message}
            rejections.append({"level": "error", "message": message, "locations": [places.whole().location()]})
        for result in _results(record, places):
            yield separator + _dump(result)
            separator = ",\n"
    invocation = {"executionSuccessful": not rejections, "toolExecutionNotifications": rejections}
    yield f'\n], "invocations": [{_dump(invocation)}], "properties": {_dump({"model": models})}}}]}}\n'


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _results(record: Record, places: Places) -> Iterator[dict[str, Any]]:
    if record.headline is not None:
        yield from _of_headline(record.headline, record.model.policy, places)
    for index, segment in enumerate(record.segments):
        if segment.flagged and segment.verdict in RULES:
            yield _of_sentence(segment, places.sentence(index))


def _of_headline(headline: Headline, policy: str, places: Places) -> Iterator[dict[str, Any]]:
    whole = places.headline(0, len(headline.text))
    if headline.flagged and headline.sensational is not None:
        cues = [places.headline(cue.start, cue.end).location(FRAMING[cue.cue]) for cue in headline.cues]
        message = f"Sensational framing ({percent(headline.sensational)})."
        yield _result(RULES["sensational"], whole, [message, framing_question(headline)], headline.sensational, cues)
    support = headline.support
    if support is not None and support.verdict in RULES:
        missing = [places.headline(words.start, words.end).location(f"not in the body: {MISSING[words.kind]}") for words in support.missing]
        message = f"{SUPPORT[support.verdict]} ({support_odds(support, policy)})."
        yield _result(RULES[support.verdict], whole, [message, support_question(headline)], 1.0 - support.p, missing)


def _of_sentence(segment: ScoredSegment, place: Place) -> dict[str, Any]:
    verdict = VERDICTS[segment.verdict or ""].capitalize()
    p = segment.unsourced or 0.0
    return _result(RULES[segment.verdict or ""], place, [f"{verdict} ({percent(p)}).", question_of(segment)], p, [])


def _result(rule: Rule, place: Place, said: list[str | None], p: float, related: list[dict[str, Any]]) -> dict[str, Any]:
    text = " ".join(filter(None, said))
    words = " ".join(place.text.split())
    found: dict[str, Any] = {
        "ruleId": rule.id,
        "ruleIndex": rule.index,
        "level": rule.level,
        "message": {"text": text if place.is_exact else f"“{words}”: {text}"},
        "locations": [place.location()],
        "partialFingerprints": {"presscheckText/v1": hashlib.sha256(f"{rule.id}\0{words}".encode()).hexdigest()[:32]},
        "rank": round(100 * p, 1),
    }
    if related:
        found["relatedLocations"] = [{"id": number, **location} for number, location in enumerate(related, start=1)]
    return found
