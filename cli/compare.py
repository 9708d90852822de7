"""`presscheck compare`."""

from pathlib import Path
from typing import Annotated

import typer

from presscheck.cli.exit_codes import for_people
from presscheck.cli.options import TrackingUri


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="The bundle to compare with: models/champion, or models:/presscheck@champion.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The other bundle, for example models/candidate.")],
    data: Annotated[
        str | None,
        typer.Option(help="Compare on the test split of this config's data; you vouch that neither bundle was trained on it."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for compare.html and compare.json.")] = None,
    tracking_uri: TrackingUri = None,
) -> None:
    """Compares two bundles on the same held-out items.

    Differences are B - A with paired 95 % bootstrap intervals over story groups. McNemar's test says whether one is right more often;
    p-values of slices are adjusted for multiple comparisons. Time is measured in interleaved rounds. Without --data the items are the
    test documents that both bundles have in common.

    \b
    Examples:
      presscheck compare models/champion models/candidate
      presscheck compare models:/presscheck@champion models/candidate
      presscheck compare models/champion models/candidate --data ours.yaml --out compare/
    """
    with for_people():
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve.bundle import read_bundle
        from presscheck.serve.registered_models import locate

        bundles = (read_bundle(locate(a, tracking_uri=tracking_uri)), read_bundle(locate(b, tracking_uri=tracking_uri)))
        from presscheck.configs.loader import load
        from presscheck.data.dataset.documents import load_splits
        from presscheck.eval.compare.bundles import compare as run_comparison
        from presscheck.eval.compare.page import print_comparison, write_comparison

        documents = load_splits(load(data).data)["test"] if data else None
        found = run_comparison(*bundles, documents=documents)
        print_comparison(found)
        if out is not None:
            write_comparison(found, out)
            typer.echo(f"open {out / 'compare.html'}")
