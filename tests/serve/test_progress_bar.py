"""What a terminal shows of a long task, and that nothing else is shown it."""

from io import StringIO

from rich.console import Console

from presscheck.serve.progress_bar import ProgressBar


def console(*, is_terminal: bool) -> Console:
    return Console(file=StringIO(), force_terminal=is_terminal, width=80, color_system=None)


def shown(screen: Console) -> str:
    assert isinstance(screen.file, StringIO)
    return screen.file.getvalue()


def test_items_are_counted_on_a_terminal() -> None:
    screen = console(is_terminal=True)
    with ProgressBar("articles", console=screen) as bar:
        bar.advance()
        bar.advance(4)
    assert "articles 5/?" in shown(screen)


def test_bytes_are_counted_of_each_file_anew() -> None:
    screen = console(is_terminal=True)
    with ProgressBar("", counts="bytes", console=screen) as bar:
        bar.begin("a.zip")
        bar.reach(2_000_000, 2_000_000)
        bar.begin("b.zip")
        bar.reach(500, 1000)
    assert "b.zip 0.5/1.0 kB" in shown(screen)


def test_steps_have_a_total_and_the_time_that_is_left() -> None:
    screen = console(is_terminal=True)
    with ProgressBar("model", counts="steps", console=screen) as bar:
        bar.reach(3, 12)
        bar.say("model, dev loss 0.512")
    assert "model, dev loss 0.512  3/12" in shown(screen)


def test_elsewhere_nothing_is_drawn() -> None:
    screen = console(is_terminal=False)
    with ProgressBar("articles", console=screen) as bar:
        bar.advance()
        bar.say("more articles")
    assert shown(screen) == ""
