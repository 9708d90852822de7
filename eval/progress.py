"""What an evaluation says while it runs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm.auto import tqdm


@contextmanager
def stages(count: int) -> Iterator[Callable[[str], None]]:
    """A bar on standard error over so many stages, where that is a terminal; call what it gives with the name of each that begins."""
    with tqdm(total=count, bar_format="{desc} {bar:20} {n_fmt}/{total_fmt} {elapsed}", leave=False, disable=None) as bar:
        begun = 0

        def begin(name: str) -> None:
            nonlocal begun
            bar.set_description_str(name, refresh=False)
            bar.update(1 if begun else 0)
            bar.refresh()
            begun += 1

        yield begin
