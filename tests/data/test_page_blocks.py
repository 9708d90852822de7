"""Where one block of a page ends, a sentence ends; the title's heading is no sentence of the body."""

import pytest

from presscheck.data.article import Article, parse_html
from presscheck.data.page_blocks import name_behind, repeats_title

_LONG = "<p>The inquiry into the tank ended on Tuesday, the water board of Salto said in a letter to every school in the town.</p>"


def page(body: str, *, title: str = "Tank inquiry ends", head: str = "") -> Article:
    return parse_html(f"<html><head><title>{title}</title>{head}</head><body><article>{body}</article></body></html>", identifier="a")


def test_headings_cells_and_captions_are_not_glued_to_sentences() -> None:
    found = page(
        f"<h1>Tank inquiry ends</h1>{_LONG}<table><tr><th>Gate</th><th>Keys</th></tr><tr><td>North</td><td>2</td></tr>"
        "</table><figure><img src=x.jpg><figcaption>A diver rests. Photo: Tor Lind</figcaption></figure><p>Two keys are missing.</p>"
    )
    assert found.headline == "Tank inquiry ends"
    lines = (found.body or "").split("\n")
    assert lines[0].startswith("The inquiry into the tank")
    assert lines[-1] == "Two keys are missing."
    assert "A diver rests. Photo: Tor Lind" in lines
    assert not any("North" in line or "Gate" in line for line in lines)


@pytest.mark.parametrize("separator", [" | ", " - ", " – ", " — ", " :: ", " · "])
def test_a_heading_that_repeats_the_title_without_the_site_is_no_sentence(separator: str) -> None:
    title = f"Tank inquiry ends{separator}Coast Daily"
    found = page(
        f"<h1>Tank inquiry ends</h1>{_LONG}<p>Two keys are missing, and nobody knows where they are.</p>",
        title=title,
        head=f"<meta property='og:title' content='{title}'>",
    )
    assert (found.body or "").startswith("The inquiry into the tank")
    assert found.headline is not None
    if found.headline == title:
        assert found.site == "Coast Daily"


def test_another_heading_stays() -> None:
    found = page(f"<h1>What the divers found</h1>{_LONG}<p>Two keys are missing, and nobody knows where they are.</p>")
    assert "Two keys are missing, and nobody knows where they are." in (found.body or "").split("\n")


def test_the_name_behind_a_heading() -> None:
    assert name_behind("Tank inquiry ends — News — Coast", ["Tank inquiry ends"]) == "News — Coast"
    assert name_behind("Salto - Concordia ferry runs", ["Salto"]) == "Concordia ferry runs"
    assert name_behind("Tank inquiry ends", ["Tank inquiry ends"]) is None
    assert name_behind("Tank inquiry ends | Coast", ["Other"]) is None
    assert repeats_title("Tank inquiry ends", "Tank inquiry ends | Coast", "Coast")
    assert repeats_title("Tank inquiry ends | Coast", "Tank inquiry ends | Coast", "Coast")
    assert not repeats_title("Tank inquiry", "Tank inquiry ends | Coast", "Coast")


def test_a_page_of_deep_and_odd_markup_is_read() -> None:
    deep = "<div>" * 400 + "Two keys are missing." + "</div>" * 400
    assert page(f"{_LONG}<!-- a comment -->{deep}<?php echo ?><script>var x = 'no';</script>").body


def test_what_a_page_says_to_browsers_without_scripts_is_not_read() -> None:
    found = page(f"<h1>Tank inquiry ends</h1><noscript><p>Turn on JavaScript to read on, or call our desk.</p></noscript>{_LONG}")
    assert "JavaScript" not in (found.body or "")
    assert (found.body or "").startswith("The inquiry into the tank")
