"""Words that mark a sentence as the author's speculation, or as resting on a source that is not named: by rule, never trained."""

import re

from presscheck.data.text.normalise import plain

MAX_SENTENCE_CHARS = 2000  # the rest of a longer "sentence" is not searched
_SPECULATION = re.compile(
    r"\bit('s| is| was| seems| looks| appears)? (\w+ )?(likely|possible|probable|conceivable|plausible|safe to (say|assume|bet)|fair to (assume|say|guess)|"
    r"hard not to (think|conclude|suspect|wonder)|tempting to)\b"
    r"|\b(is|are|was|were|seems?|looks?|appears?) (\w+ )?(likely|unlikely|bound|poised|destined) to\b|\bin all (likelihood|probability)\b|\bmost likely\b|\bvery likely\b"
    r"|\b(could|may|might) (well |also |even |soon |easily |one day |only |yet |eventually |very well |simply |just |possibly |in fact |itself |now |still |not |no longer )*"
    r"(be|become|have|mean|lead|prove|explain|turn|signal|indicate|point|result|cause|trigger|spell|bring|force|follow|come|end|make|set|see|reach|spread|prompt|herald|hide|go|open|start|happen|take|leave|push)\b"
    r"|\b(perhaps|probably|presumably|possibly|maybe|conceivably|no doubt|doubtless|evidently|seemingly)\b"
    r"|\b(one|we|you) (can|may|might|could) (only )?(assume|suppose|guess|suspect|conclude|imagine|infer|deduce|surmise|expect|wonder)\b"
    r"|\b(suggests?|implies|hints?|points? to|leads one to|indicates?) (\w+ )?(that|a|to|the)\b|\bmust (surely |therefore |then |by now |have been )\w+|\bmust have\b"
    r"|\b(i|we) (suspect|guess|presume|assume|imagine|conclude|infer)\b|\bit (must|would seem|would appear|follows|stands to reason)\b|\bwhich (would|could|might) (mean|explain|suggest)\b"
    r"|\b(from|given|judging (from|by)) (the above|this|all this|the news)\b.*\b(likely|clear|possible|conclude|concluded|obvious|evident)\b|\bthe chances are\b|\bodds are\b|\bwould (explain|suggest|indicate)\b",
    re.I,
)
_UNNAMED = re.compile(
    r"\b(reportedly|allegedly|supposedly|purportedly|it is (widely |generally |commonly |also |now )?(believed|said|thought|understood|rumou?red|alleged|reported|claimed|feared) "
    r"|(is|are|was|were) (widely |generally )?(said|believed|thought|rumou?red|understood|alleged|reported) to\b|rumou?r has it|word has it)",
    re.I,
)


def is_speculation(sentence: str) -> bool:
    """Whether the author marks the sentence as an inference or a guess."""
    return bool(_SPECULATION.search(plain(sentence[:MAX_SENTENCE_CHARS])))


def unnamed_source(sentence: str) -> tuple[int, int] | None:
    """Where the sentence hides its source behind "reportedly", "it is believed" and the like; None where it does not."""
    match = _UNNAMED.search(sentence[:MAX_SENTENCE_CHARS])
    return (match.start(), match.start() + len(match.group().rstrip())) if match else None
