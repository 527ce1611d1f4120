"""The small frozen records people make: what they judge, advise, own, and may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)
class Judgement:
    """What a named person assessed or asked for, on which evidence, and how sure they were.

    `evidence` holds the numbers the person saw. When a later run shows other numbers the judgement is
    *stale* until a person confirms it: it is then kept anew, `confirmed`, with the numbers it was confirmed on.
    """

    place: str
    text: str
    action: str = ""
    likelihood: str = ""
    confidence: str = ""
    why: str = ""
    owner: str = ""
    due: str = ""
    measure: str = ""
    power: str = ""
    by: str = ""
    at: str = ""
    evidence: Mapping[str, str] = field(default_factory=dict)
    confirmed: bool = False

    def is_stale(self, evidence: Mapping[str, str]) -> bool:
        """Whether it was made, or last confirmed, on other evidence than this."""
        return dict(self.evidence) != dict(evidence)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed; in a history that is a judgement withdrawn."""
        typed = (self.text, self.action, self.likelihood, self.confidence, self.why)
        return not any((*typed, self.owner, self.due, self.measure, self.power))


@dataclass(frozen=True)
class Clearance:
    """What one audience may have; it is applied where records are read, before anything is computed.

    Parameters
    ----------
    audience
        Name of the audience in the settings.
    highest_marking
        Rows marked above this are withheld.
    handling
        Handling codes that may be shown: `P`, `C` (only where the log's own conditions name the audience).
    ungraded
        Whether rows without a marking or a handling code may be shown: true for the unit itself only.
    personal_data, free_text
        Whether columns of those kinds may be shown.
    finest
        Finest place that may be shown: `point`, or the level of an area (`district`).
    sources
        Kinds of table the audience may have at all.
    smallest_count
        Counts below this are suppressed, with what would give them away; 0 shows every count.
    judgements
        Whether assessments typed by officers may be shown.
    says_withheld
        Whether the page may say how many records were withheld.
    """

    audience: str
    title: str
    highest_marking: str
    handling: tuple[str, ...]
    ungraded: bool
    personal_data: bool
    free_text: bool
    finest: str
    sources: tuple[str, ...]
    smallest_count: int
    judgements: bool
    says_withheld: bool
    page_marking: str
    instruction: str
