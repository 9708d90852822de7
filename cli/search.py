"""`presscheck search`."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.configs import Name, Overrides
from presscheck.cli.exit_codes import Exit, for_people, stop


def search(
    config: Name,
    space: Annotated[str, typer.Argument(metavar="SPACE", help="A shipped search space's name, or a path to a YAML file.")],
    overrides: Overrides = None,
    minutes: Annotated[float | None, typer.Option(min=0, help="Minutes of all trials together.")] = None,
    trials: Annotated[int | None, typer.Option(min=1, help="Number of trials.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Random seed of the values that are tried; trainings keep the config's.")] = 0,
    out: Annotated[Path, typer.Option(help="Folder of the searches; each has a folder of its own there.")] = Path("searches"),
) -> None:
    """Searches hyper-parameters and writes the best config.

    Trials train on train and are judged on dev by the mean ROC AUC of the learnt labels; bad ones are stopped early. The test split
    plays no part. Give a budget: --minutes, --trials, or both. Writes best.yaml for `presscheck train`, and a page. The same command
    resumes an interrupted search after its last finished epoch, and with a larger budget continues a finished one.

    \b
    Examples:
      presscheck search starter starter --minutes 120
      presscheck search starter my-space.yaml train.epochs=3 --trials 30
    """
    if minutes is None and trials is None:
        raise stop("give the search a budget: --minutes M, --trials N, or both", Exit.USAGE)
    with for_people(on_interrupt="interrupted; the trials are kept: give the same command again to resume"):
        from presscheck.configs.loader import load

        resolved = load(config, overrides or [])
        from presscheck.train.memory import keep_freed_memory
        from presscheck.train.search.search import Budget
        from presscheck.train.search.search import search as run_search
        from presscheck.train.search.search_report import print_search
        from presscheck.train.search.space import read_space

        keep_freed_memory()
        budget = Budget(seconds=None if minutes is None else minutes * 60, trials=trials)
        found = run_search(resolved, read_space(space, resolved), budget=budget, seed=seed, out=out)
        print_search(found)
        if found.best is not None:
            typer.echo(f"train the best: presscheck train {found.folder / 'best.yaml'}")
        typer.echo(f"open {found.folder / 'search.html'}")
        if found.tracked:
            typer.echo(found.tracked)
