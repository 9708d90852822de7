"""The form of a headline, by rule: it is derived, never trained."""

import re
from typing import Literal

from presscheck.data.text.normalise import plain

HeadlineForm = Literal["statement", "polar_question", "assertion_question", "wh_question", "list", "command"]

_WH = re.compile(r"(who|whom|whose|what|when|where|why|which|how)('s|'re|'d|'ll|s)?\b", re.I)
_AUXILIARY = re.compile(
    r"(is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must|ain't|"
    r"(is|are|was|were|do|does|did|has|have|had|ca|could|wo|would|should)n't)\b",
    re.I,
)
_NUMBERS = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fifteen|twenty|thirty|fifty|hundred"
_LISTED = (
    "things|reasons|ways|facts|signs|tips|tricks|steps|questions|answers|lessons|myths|mistakes|secrets|rules|ideas|places|"
    "people|photos|pictures|moments|foods|habits|books|films|charts|numbers|takeaways|points|stories|trends|words|quotes|"
    "towns|cities|dates|changes|items|names|songs|jobs|schools|beaches|hikes|risks|warnings|truths|lies|excuses|clues"
)
_INVERTED = re.compile(
    r"(is|are|was|were|am|does|did|has|have|had|can|could|will|would|shall|should)(n't)? (?!not\b|be\b)\w", re.I
)
_QUOTED_LEAD = re.compile(r"""(["']).*\1\s*,?\s+\w""")
_LIST = re.compile(
    rf"(the |these |our |here are |top |\W)*(\d{{1,3}}|{_NUMBERS})\s+([\w'-]+\s+){{0,3}}({_LISTED})\b", re.I
)
_COMMANDS = (
    "stop|watch|see|read|meet|look|listen|forget|remember|imagine|beware|try|avoid|check|learn|find|get|give|take|keep|"
    "don't|never|always|let|let's|tell|ask|say|click|share|join|follow|bring|buy|sell|eat|drink|brace|prepare|wake|think|"
    "behold|discover|enter|vote|sign|save|use|wear|wait|hold|pack|lock|hide|run|flee|call|come|go|guess|book|boil|"
    "expect|register|renew|apply|make|mark|put|turn|throw|trust|visit|enjoy|hear|know|pray|protect|pay|plant|"
    "do not|file|display|mute|report|stock|drop|quit|show|teach|feed|ban|burn|carry|choose|collect|cook|dig|dress|fill|fix|fight|guard|ignore|kiss|marry|measure|mind|park|pick|plan|play|post|print|raise|reach|refuse|rinse|see|sit|sing|stay|strike|swim|talk|walk|wash|water|"
    "grab|face|admit|consider|clear|swap|skip|count|leave|open|move|send|start|test|thank|welcome|cancel|blame|be"
)
_COMMAND = re.compile(rf"(please |now |just |so |and )?({_COMMANDS})\b(?!\s*(:|-|s\b))", re.I)
_LEAD = re.compile(
    r"^[\W_]*((so|and|but|or|now|well|wait|ok|okay|oh|then|opinion|analysis|explainer|exclusive|watch|video)\b[,:\s-]+)?"
)
_NOUN_AFTER = re.compile(
    r"^\w+\s+(\w+\s+){0,2}?(is|are|was|were|has|have|had|will|to|rises?|falls?|says?|said|closes?|opens?)\b", re.I
)


def headline_form(headline: str) -> HeadlineForm:
    """Classifies a headline by its opening words and its closing mark.

    A question mark after anything that does not open like a question makes an `assertion_question`: a statement dressed as one.
    """
    text = plain(headline).strip()
    quoted_lead = _QUOTED_LEAD.match(text)
    text = text.strip("\"' ")
    opening = _LEAD.sub("", text, count=1) or text
    last_clause = re.split(r"[:;]\s+|\s-\s|[.!?]\s+", text.rstrip("?!. "))[-1].strip("\"' ")
    asks = text.rstrip("\"' !.)").endswith("?")
    if quoted_lead and not asks:
        return "statement"
    for clause in (opening, last_clause) if asks else (opening,):
        if (_AUXILIARY if asks else _INVERTED).match(clause):
            return "polar_question"
        if _WH.match(clause) and (asks or clause.split()[0].lower() not in {"when", "where", "how", "why", "what"}):
            return "wh_question"
    if asks:
        return "assertion_question"
    if _WH.match(opening):
        return "wh_question"
    if _LIST.match(opening):
        return "list"
    if _COMMAND.match(opening) and not _NOUN_AFTER.match(opening):
        return "command"
    return "statement"
