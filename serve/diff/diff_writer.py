"""Writes what changed: a page for a terminal, JSON, or an HTML page."""

from typing import TextIO

from presscheck.serve.diff.article_diff import ArticleDiff


def write_diff(diff: ArticleDiff, output_format: str, stream: TextIO) -> None:
    """Writes the difference as "page", "json" or "html"."""
    if output_format == "json":
        stream.write(diff.model_dump_json(indent=2) + "\n")
    elif output_format == "html":
        from presscheck.serve.diff.diff_page import render_diff

        stream.write(render_diff(diff))
    else:
        from presscheck.serve.diff.diff_terminal import print_diff

        print_diff(diff, stream)
