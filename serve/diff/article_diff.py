"""What changed between two versions of an article, from their records."""

from collections.abc import Sequence
from typing import Literal

from presscheck.data.schema import SupportVerdict
from presscheck.data.text.source_type import SourceType
from presscheck.serve.diff.alignment import Pair, align
from presscheck.serve.diff.changed_numbers import changed_numbers
from presscheck.serve.diff.changed_sources import SourceChange, changed_sources
from presscheck.serve.record import FLAGGED_VERDICTS, Headline, Level, ModelInfo, Part, Reason, Record, ScoredSegment, Verdict
from presscheck.serve.render.questions import question_of

_CLAIM_WITHOUT_SOURCE = (*FLAGGED_VERDICTS, "own_account")


class Version(Part):
    """One of the two records."""

    id: str
    status: Literal["ok", "partial", "rejected"]


class HeadlineVersion(Part):
    """A headline: its words, those that make it sensational, and those that its body lacks."""

    text: str
    flagged: bool | None
    sensational: float | None
    cues: list[str]
    support: SupportVerdict | None
    missing: list[str]


class HeadlineDiff(Part):
    """Both headlines; `is_reworded` where the words differ, `is_changed` where the words, the flag or the support do."""

    old: HeadlineVersion | None
    new: HeadlineVersion | None
    is_reworded: bool
    is_changed: bool


class RiskVersion(Part):
    """The risk of one version."""

    p: float | None
    level: Level | None


class RiskDiff(Part):
    """The risk before and after, and the reasons that only one version has."""

    old: RiskVersion
    new: RiskVersion
    reasons_gained: list[Reason]
    reasons_lost: list[Reason]


class SentenceVersion(Part):
    """A sentence; `index` counts in its record's segments, `question` is what to ask of its flag."""

    index: int
    text: str
    verdict: Verdict | None
    flagged: bool | None
    source: str | None
    source_type: SourceType | None
    question: str | None


class SentenceDiff(Part):
    """A sentence in both versions, or in one."""

    change: Literal["same", "moved", "reworded", "added", "removed"]
    old: SentenceVersion | None
    new: SentenceVersion | None


class ClaimDiff(Part):
    """A claim in both versions that lost or gained its source, or whose source is named now or no longer."""

    change: Literal["lost_source", "gained_source", "named", "unnamed"]
    old: SentenceVersion
    new: SentenceVersion


class NumberDiff(Part):
    """A number as both versions write it; None where one has none. The indices are those of the sentences, None in the headline."""

    old: str | None
    new: str | None
    old_sentence: int | None
    new_sentence: int | None


class ArticleDiff(Part):
    """What changed from the old version to the new one."""

    old: Version
    new: Version
    headline: HeadlineDiff
    risk: RiskDiff
    sources: list[SourceChange]
    claims: list[ClaimDiff]
    numbers: list[NumberDiff]
    sentences: list[SentenceDiff]
    model: ModelInfo


def diff_records(old: Record, new: Record) -> ArticleDiff:
    """The difference of two records of one model."""
    pairs = align([segment.text for segment in old.segments], [segment.text for segment in new.segments])
    both = [(pair.old, pair.new) for pair in pairs if pair.old is not None and pair.new is not None]
    sentences = [_sentence(pair, old.segments, new.segments) for pair in pairs]
    return ArticleDiff(
        old=Version(id=old.id, status=old.status),
        new=Version(id=new.id, status=new.status),
        headline=_headline(old.headline, new.headline),
        risk=_risk(old, new),
        sources=changed_sources(old, new, both),
        claims=[claim for sentence in sentences if (claim := _claim(sentence)) is not None],
        numbers=_numbers(old, new, sentences),
        sentences=sentences,
        model=new.model,
    )


def _headline(old: Headline | None, new: Headline | None) -> HeadlineDiff:
    before, after = (_headline_version(headline) if headline else None for headline in (old, new))
    is_reworded = (before.text if before else None) != (after.text if after else None)
    states = [(v.flagged, v.support, v.missing) if v else None for v in (before, after)]
    return HeadlineDiff(old=before, new=after, is_reworded=is_reworded, is_changed=is_reworded or states[0] != states[1])


def _headline_version(headline: Headline) -> HeadlineVersion:
    support = headline.support
    return HeadlineVersion(
        text=headline.text,
        flagged=headline.flagged,
        sensational=headline.sensational,
        cues=[cue.text for cue in headline.cues],
        support=support.verdict if support else None,
        missing=[words.text for words in support.missing] if support else [],
    )


def _risk(old: Record, new: Record) -> RiskDiff:
    codes, codes_ = ({reason.code for reason in record.risk.reasons} for record in (old, new))
    return RiskDiff(
        old=RiskVersion(p=old.risk.p, level=old.risk.level),
        new=RiskVersion(p=new.risk.p, level=new.risk.level),
        reasons_gained=[reason for reason in new.risk.reasons if reason.code not in codes],
        reasons_lost=[reason for reason in old.risk.reasons if reason.code not in codes_],
    )


def _sentence(pair: Pair, old: Sequence[ScoredSegment], new: Sequence[ScoredSegment]) -> SentenceDiff:
    before = None if pair.old is None else _sentence_version(pair.old, old[pair.old])
    after = None if pair.new is None else _sentence_version(pair.new, new[pair.new])
    change: Literal["same", "moved", "reworded", "added", "removed"] = "moved" if pair.is_moved else "same" if pair.is_same else "reworded"
    if before is None or after is None:
        change = "added" if before is None else "removed"
    return SentenceDiff(change=change, old=before, new=after)


def _sentence_version(index: int, segment: ScoredSegment) -> SentenceVersion:
    source = segment.source
    return SentenceVersion(
        index=index,
        text=segment.text,
        verdict=segment.verdict,
        flagged=segment.flagged,
        source=" ".join(source.text.split()) if source else None,
        source_type=source.type if source else None,
        question=question_of(segment),
    )


def _claim(sentence: SentenceDiff) -> ClaimDiff | None:
    old, new = sentence.old, sentence.new
    if old is None or new is None:
        return None
    change: Literal["lost_source", "gained_source", "named", "unnamed"] | None = None
    if old.verdict == "attributed" and new.verdict in _CLAIM_WITHOUT_SOURCE:
        change = "lost_source"
    elif new.verdict == "attributed" and old.verdict in _CLAIM_WITHOUT_SOURCE:
        change = "gained_source"
    elif old.verdict == new.verdict == "attributed" and {old.source_type, new.source_type} == {"named", "anonymous"}:
        change = "named" if new.source_type == "named" else "unnamed"
    return ClaimDiff(change=change, old=old, new=new) if change else None


def _numbers(old: Record, new: Record, sentences: Sequence[SentenceDiff]) -> list[NumberDiff]:
    found = []
    if old.headline and new.headline:
        changed = changed_numbers(old.headline.text, new.headline.text)
        found += [NumberDiff(old=a, new=b, old_sentence=None, new_sentence=None) for a, b in changed]
    for sentence in sentences:
        if sentence.change == "reworded" and sentence.old and sentence.new:
            found += [
                NumberDiff(old=a, new=b, old_sentence=sentence.old.index, new_sentence=sentence.new.index)
                for a, b in changed_numbers(sentence.old.text, sentence.new.text)
            ]
    return found
