"""The design of a review: its items, the columns of its queue and the names of its answers."""

from presscheck.configs.section import Section
from presscheck.serve.batch.review.sample import ReviewOptions
from presscheck.serve.batch.review.units import Stratum
from presscheck.serve.record import Level, Record

FOLDER = "review"
DESIGN = "design.json"
QUEUE = "queue.csv"
ANSWER, HEADLINE_ANSWER = "review", "sensational"  # columns of yes and no; the second only in a selection
SELECTION = "selection.jsonl"  # the rows that `data select` chose
CHOICES = ("yes", "no")
QUEUE_COLUMNS = (
    "item",
    ANSWER,
    "id",
    "place",
    "outlet",
    "stratum",
    "probability",
    "copies",
    "risk",
    "level",
    "headline",
    "reasons",
    "spans",
)


class Member(Section):
    """A sampled article that an item represents; the item's answer counts for it with weight 1 / `probability`."""

    id: str
    file: str
    line: int
    stratum: Stratum
    probability: float
    level: Level
    risk: float


class Item(Section):
    """One article to review, the first of its near-duplicates in the sample; `members` holds all of them, itself included."""

    item: str
    stratum: Stratum
    probability: float
    outlet: str | None
    members: tuple[Member, ...]
    record: Record

    @property
    def place(self) -> str:
        """File and line of the article; batches without texts are looked up there."""
        return f"{self.members[0].file}:{self.members[0].line}"


class Design(Section):
    """What the estimate needs besides the answers.

    Attributes:
        queue: identifies this sample of this job; every item's id starts with it.
        population: articles of the job that have a risk, which the sample represents.
        levels: how many of them are in each band.
        items: id of a review item to the articles that it represents.
    """

    options: ReviewOptions
    queue: str
    population: int
    levels: dict[str, int]
    items: dict[str, tuple[Member, ...]]
