"""The rules of the SARIF log: what each flag means, from the label guide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of flag.

    Attributes:
        index: its place among the rules of the log.
        summary: one sentence.
        help: when it is flagged, when not, and what to do.
    """

    id: str
    index: int
    level: Literal["warning", "note"]
    summary: str
    help: str


# By verdict; "sensational" is the headline's framing.
RULES: Mapping[str, Rule] = {
    "sensational": Rule(
        "sensational-headline",
        0,
        "warning",
        "The headline is packaged to alarm, tease or provoke beyond what it reports.",
        "Flagged: a question that asserts, exaggeration, a curiosity gap, threat or war words for other events, urgency, scare quotes. "
        "Not flagged: a fact, however dramatic, a plain question, and strong words that are quoted from a speaker. "
        "The related locations are the words that the flag is based on: say it without them.",
    ),
    "overstated": Rule(
        "headline-overstated",
        1,
        "warning",
        "The body reports the headline's event more weakly, or with another number, actor or outcome.",
        "The related locations are the words of the headline that the body lacks. Bring them into the body with their source, or change "
        "the headline to what the body reports.",
    ),
    "not_reported": Rule(
        "headline-not-reported",
        2,
        "warning",
        "The body does not report what the headline states.",
        "The related locations are the words of the headline that the body lacks. Report it in the body with its source, or change the "
        "headline to what the body reports.",
    ),
    "unsourced": Rule(
        "unsourced-claim",
        3,
        "warning",
        "A claim in the author's own voice that needs a source and has none.",
        "Flagged: numbers, allegations, causes, motives, private conduct, disputed or exclusive assertions, superlatives, and events that "
        "the author cannot have seen. Not flagged: common knowledge, public record, what the reporter evidently saw. Name who says so.",
    ),
    "vague_source": Rule(
        "vague-source",
        4,
        "warning",
        "A claim whose only source is vague or a platform.",
        "Flagged: “experts”, “sources”, “reportedly”, “it is believed”, “via Twitter” alone. A source that is described closely enough to "
        "know the desk or side that it speaks from is not vague. Name the source, or describe it.",
    ),
    "speculation": Rule(
        "speculation",
        5,
        "note",
        "The author's own inference or guess.",
        "Flagged: “it is very likely that”, “could be the reason”. Say what it is based on, or give the inference to a source.",
    ),
}


def rule_descriptors() -> list[dict[str, Any]]:
    """The rules as SARIF's reportingDescriptor objects."""
    return [
        {
            "id": rule.id,
            "name": rule.id.title().replace("-", ""),
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": rule.summary},
            "help": {"text": rule.help},
            "defaultConfiguration": {"level": rule.level},
        }
        for rule in RULES.values()
    ]
