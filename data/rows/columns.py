"""The columns to read and their roles, and the checks of a table's header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from presscheck.configs.section import Section
from presscheck.data.rows.refusal import RowError

# The contents of a cell: see `presscheck.data.rows.cell`. A label's cell may hold a list of votes, a nested one lists and objects.
Role = Literal["text", "id", "name", "label", "day", "nested"]
_SHOWN_CHARS = 40
_SHOWN_NAMES = 12


class Columns(Section):
    """Names of the columns that are read; an absent id is `file:line`, an absent outlet is none."""

    id: str = "id"
    headline: str = "headline"
    body: str = "body"
    outlet: str = "outlet"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns of a table that are read, each with its role.

    Attributes:
        any_of: at least one of these is required.
        all_of: each of these is required.
        advice: what to do if they are missing.
    """

    roles: Mapping[str, Role]
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    advice: str = ""

    def fits(self, names: Sequence[str]) -> bool:
        """Whether a header with these names has the required columns."""
        there = {_folded(name) for name in names}
        enough = not self.any_of or any(_folded(name) in there for name in self.any_of)
        return enough and all(_folded(name) in there for name in self.all_of)

    def places(self, names: Sequence[str]) -> dict[str, int]:
        """The positions of the wanted columns in a header; case, and white space or quotes around a name, are ignored.

        Raises:
            RowError: if a required column is missing or ambiguous.
        """
        if not self.fits(names):
            raise self.lacking(names)
        found = {}
        for column in self.roles:
            places = [place for place, name in enumerate(names) if _folded(name) == _folded(column)]
            if len(places) > 1:
                spelt = " and ".join(repr(names[place]) for place in places)
                raise RowError("schema", f"{spelt} are columns of the same name; keep one of them", column)
            if places:
                found[column] = places[0]
        return found

    def lacking(self, names: Sequence[str], cut: str = "", behind: str = "") -> RowError:
        """The refusal of a header without the required columns; `cut` says how it was split, `behind` adds advice."""
        there = {_folded(name) for name in names}
        missing = [name for name in self.all_of if _folded(name) not in there]
        wanted = repr(missing[0]) if missing else " or ".join(map(repr, self.any_of))
        then = f"; {self.advice}" if self.advice else ""
        message = f"the file has no column {wanted}; it has {shown(names)}{cut}; nothing of it was read{then}{behind}"
        return RowError("schema", message)


def _folded(name: str) -> str:
    return name.strip().strip('"').strip().casefold()


def shown(names: Sequence[str]) -> str:
    """Names of columns for a message, shortened, since a file of another kind may have very many."""
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return (", ".join(name[:_SHOWN_CHARS] for name in names[:_SHOWN_NAMES]) or "nothing") + more


def article_columns(columns: Columns) -> Wanted:
    """The columns of article rows: a headline or a body is required."""
    return Wanted(
        {columns.id: "id", columns.headline: "text", columns.body: "text", columns.outlet: "name"},
        any_of=(columns.headline, columns.body),
        advice="rename a column, or name it to presscheck batch with --column",
    )
