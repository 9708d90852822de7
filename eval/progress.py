"""Shows the progress of an evaluation."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm.auto import tqdm


@contextmanager
def stages(count: int) -> Iterator[Callable[[str], None]]:
    """A bar on standard error over so many stages, if it is a terminal; call the yielded function with each stage's name at its start."""
    with tqdm(total=count, bar_format="{desc} {bar:20} {n_fmt}/{total_fmt} {elapsed}", leave=False, disable=None) as bar:
        started = 0

        def begin(name: str) -> None:
            nonlocal started
            bar.set_description_str(name, refresh=False)
            bar.update(1 if started else 0)
            bar.refresh()
            started += 1

        yield begin
