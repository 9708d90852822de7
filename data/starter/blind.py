"""`python -m presscheck.data.starter.blind`: prints the test items without a second label, and without their first one.

The second annotator replaces each `?` by flags, marks the spans, and saves the file in `second/`.
"""

import sys

from presscheck.configs.loader import load
from presscheck.data.audit.agreement import matched
from presscheck.data.dataset.documents import load_splits
from presscheck.data.schema import Document
from presscheck.data.starter import read_second_pass


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
    """Documents of the default config's test split of which a text has no second label."""
    test = load_splits(load("starter").data)["test"]
    missing = {document.id for document, _ in matched(test, read_second_pass())[1]}
    return [document for document in test if document.id in missing]


if __name__ == "__main__":
    sys.stdout.write("\n\n".join(map(blind, unlabelled())) + "\n")
