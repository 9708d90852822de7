"""What kind of source a source span names, by rule: it is derived, never trained."""

import re
from typing import Literal

from presscheck.data.text.normalise import plain

SourceType = Literal["named", "anonymous", "vague", "platform"]

MAX_SOURCE_CHARS = 300
_PLATFORMS = (
    r"twitter|x|facebook|instagram|tiktok|telegram|whatsapp|youtube|reddit|weibo|wechat|vk|vkontakte|snapchat|threads|mastodon|"
    r"bluesky|linkedin|discord|myspace|orkut|viber|signal|line|truth social|4chan|tumblr|usenet|icq"
)
_MEDIUM = r"posts?|tweets?|threads?|videos?|clips?|stories|story|reels?|channels?|pages?|groups?|messages?|chats?|accounts?|screenshots?|feeds?|comments?|users?|forums?|footage|photos?|images?"
_PLATFORM = re.compile(
    rf"^((via|on|from|in|across|over)\s+)?(the\s+)?({_PLATFORMS})(\s+(and|or)\s+({_PLATFORMS}))*$"
    rf"|\b(viral|widely[- ]shared|shared|deleted|now-deleted|circulating|unverified|unsigned|online|leaked|much-shared)\s+(\w+\s+){{0,2}}({_MEDIUM})\b"
    r"|^((via|on|in|from)\s+)?(an?\s+|the\s+|this\s+|that\s+|some\s+|several\s+|many\s+|numerous\s+|two\s+|three\s+)?(?-i:posts?|tweets?|threads?|videos?|clips?|screenshots?|reels?|messages?|users)(\s+(on|via|from|in|that|with|seen|circulating|shared|going|doing|making|posted)\b.*)?$"
    r"|\bsocial media\b|\bsocial networks?\b|\b(on|over) the internet\b|^(the )?internet( users)?$|\bonline$|^netizens$|\bmessaging app\b",
    re.I,
)
_VAGUE = re.compile(
    r"^(some |many |most |several |numerous |various |certain |all |other |few |unnamed |multiple |leading |top |independent |respected |"
    r"well-placed |well-informed |informed |reliable |credible |local |international |western |foreign |military |political |financial |"
    r"medical |health |legal |industry |market |security |economic |the |a number of |a growing number of |growing numbers of |more and more |"
    r"an increasing number of |these |those |our )*"
    r"(experts?|sources?|critics|observers|analysts|insiders?|commentators|people|many|some|others|most|everyone|everybody|someone|somebody|nobody|"
    r"studies|study|research|researchers|scientists|science|doctors|specialists|reports?|rumou?rs?|speculation|whispers?|word|talk|tradition|legend|it|"
    r"polls|surveys|statistics|figures|data|evidence|history|locals|residents|fans|supporters|opponents|skeptics|sceptics|traders|investors|"
    r"pundits|watchers|voices|circles|quarters|authorities|officials|media|outlets|newspapers|the press|press|they|believers|economists|historians|lawyers|parents|teachers|neighbou?rs)"
    r"( (familiar|close|say|said|claim|believe|agree|online|everywhere|in the know|on the ground|in the field|who know|there|here|alike|of the \w+|in the \w+))*$"
    r"|\breportedly\b|\ballegedly\b|\bsupposedly\b|\bapparently\b|\bpurportedly\b|\brumou?red\b|"
    r"\b(it|which|who|what|he|she|they|that) (is|was|are|were|has been|have been) (\w+ )?(said|believed|thought|understood|reported|claimed|alleged|known|rumou?red|feared|considered|estimated|expected|assumed|whispered|suspected|held)\b|"
    r"\b(is|are|was|were) (widely |generally |commonly )?(said|believed|thought|reported|alleged|rumou?red|understood) (to|that|by)\b|"
    r"^(widely |generally |commonly )?(said|believed|thought|understood|rumou?red)$|"
    r"\bstud(y|ies) (show|shows|suggest|suggests|have shown|has shown)\b|\b(experts|sources|critics|insiders|observers) (say|said|claim|believe|warn|fear)\b|"
    r"\baccording to (some|many|experts|sources|reports|rumou?rs)\b|\brumou?r has it\b|\bword (is|has it)\b",
    re.I,
)
_PRONOUN = re.compile(
    r"^(he|she|they|it|i|we|his|her|their|him|them|the latter|the former|who|both|himself|herself|themselves)$", re.I
)
_FIRST_PERSON = re.compile(r"^(i|we|this reporter|this correspondent|this newspaper|the author|me|us)$", re.I)
_INDEFINITE = re.compile(
    r"^(an? |one |two |three |four |five |six |seven |eight |nine |ten |a dozen |dozens of |another |several |some |the \w+ (who|whose)|"
    r"(senior|former|unnamed|anonymous|current|retired) )|anonym|unnamed|unidentified|not (be )?(named|identified)|"
    r"condition of anonymity|asked not to|declined to (be named|give)|who (spoke|did not|asked|declined|requested|refused)|wished to remain",
    re.I,
)
_DOCUMENT = re.compile(
    r"\b(report|study|survey|audit|census|data|figures|statement|filing|letter|memo|minutes|document|records?|ruling|judgment|judgement|indictment|"
    r"complaint|affidavit|paper|article|analysis|review|bulletin|database|register|registry|poll|index|statistics|transcript|"
    r"prospectus|inquiry|forecast|notice|order|writ|dossier|email|email chain|diary|log|logs|ledger|inventory|results|release)\b",
    re.I,
)
_OFFICE = re.compile(
    r"\b(police|prosecut\w+|minist\w+|government|cabinet|courts?|judges?|tribunal|coroner|magistrate|jury|council\w*|army|navy|air force|military|parliament|senate|"
    r"commission\w*|committee|agency|agencies|authority|authorities|board|bank|company|firm|maker|airline|operator|union|party|president|premier|chancellor|mayor|governor|"
    r"king|queen|pope|bishop|archbishop|diocese|church|office|department|bureau|institute|regulator|watchdog|inquiry|inquest|panel|hospital|clinic|university|college|school|faculty|academy|"
    r"customs|coastguard|fire (service|brigade)|firefighters|rescuers|forecasters|meteorologists|organisers|organizers|club|federation|league|association|society|charity|embassy|consulate|"
    r"defence|defense|prosecution|auditors?|inspectors?|investigators?|officials|spokes\w+|director|manager|rector|principal|head ?teacher|chief|captain|coach|owner|chairman|chairwoman|chair|secretary|"
    r"exchange|fund|trust|museum|orchestra|theatre|newspaper|paper|channel|broadcaster|radio|defendant|plaintiff|witness|author|service|administration|state|city|province|county|ministry|observatory|lab|laboratory|team leader)\b",
    re.I,
)
_PLATFORM_NAME = re.compile(
    r"\b(twitter|facebook|instagram|tiktok|telegram|whatsapp|youtube|reddit|weibo|wechat|vkontakte|odnoklassniki|snapchat|mastodon|bluesky|nextdoor|discord|forum|group chat|chain (e-?mail|message))\b",
    re.I,
)
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][\w'.-]+|\b[A-Z][\w'-]+\s+[A-Z][\w'-]+|\b[A-Z]{2,}\b")


def is_pronoun(source: str) -> bool:
    """Whether the span is a pronoun that takes the type of what it stands for."""
    return bool(_PRONOUN.match(plain(source).strip())) and not _FIRST_PERSON.match(plain(source).strip())


def source_type(source: str) -> SourceType:
    """Classifies a source span: a platform alone, a vague body of opinion, a described but unnamed person, or a named source."""
    text = re.sub(r"\s+", " ", plain(source[:MAX_SOURCE_CHARS])).strip(" ,.:;\"'()")
    if _FIRST_PERSON.match(text):
        return "named"
    if _PLATFORM.search(text) and not re.search(r"[a-z] [A-Z][a-z]+ [A-Z][a-z]+", text):
        return "platform"
    if _PLATFORM_NAME.search(text) and not _NAME.search(_PLATFORM_NAME.sub("", text)):
        return "platform"
    if _VAGUE.search(text) and not _DOCUMENT.fullmatch(re.sub(r"^the ", "", text)):
        return "vague"
    is_person_named = bool(re.search(r"\b[A-Z][\w'-]+ [A-Z][\w'-]+$|, [A-Z][\w'-]+ [A-Z]", text))
    if (
        _INDEFINITE.search(text)
        and not is_person_named
        and not _DOCUMENT.search(text)
        and not re.search(r"\bspokes", text)
    ):
        return "anonymous"
    if is_pronoun(text):
        return "anonymous"
    if (
        text.islower()
        and not _DOCUMENT.search(text)
        and not _OFFICE.search(text)
        and not text.startswith(("the ", "his ", "her ", "its ", "their "))
    ):
        return "vague" if text.endswith("s") else "anonymous"
    return "named"
