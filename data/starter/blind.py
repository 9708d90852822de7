"""`python -m presscheck.data.starter.blind`: the test items that have no second label yet, without their first one.

Whoever gives the second label replaces each `?` by flags, marks the spans, and saves the file in `second/`.
"""

import sys

from presscheck.data.normalise import plain
from presscheck.data.schema import Document
from presscheck.data.splits import split_documents
from presscheck.data.starter import read_second_pass, read_starter

_SPLIT = {"dev": 0.1, "test": 0.2}


def blind(document: Document) -> str:
    """A document in the authoring markup with every label replaced by `?`."""
    where = f"{document.group} | {document.genre} | {document.topic} | {document.region} | {document.year}"
    lines = [f"@@ {where} | review ?" if document.sentences else f"@ {where}"]
    paragraph = 0
    for segment in document.segments:
        if segment.paragraph != paragraph and segment.kind == "sentence":
            lines.append("")
        paragraph = segment.paragraph
        lines.append("? | " + segment.text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]"))
    return "\n".join(lines)


def unlabelled() -> list[Document]:
    """Test documents of which a text has no second label; the split is the default config's."""
    known = {(d.group, plain(s.text)) for d in read_second_pass() for s in d.segments}
    test = split_documents(read_starter(), **_SPLIT, salt="presscheck")["test"]
    return [d for d in test if any((d.group, plain(s.text)) not in known for s in d.segments)]


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(map(blind, unlabelled())) + "\n")
