"""From what a register keeps to what a page shows, and back."""

from __future__ import annotations

from collections.abc import Mapping

from intelnb.bundle import Bundle, PlacePart, TypedJudgement
from intelnb.records import Judgement

# what people type in a place, in the order of the desk file
WORDS = ("text", "action", "likelihood", "confidence", "why", "owner", "due", "measure", "power")


def shown(bundle: Bundle, saved: Mapping[str, Judgement]) -> dict[str, TypedJudgement]:
    """What a page shows of the judgements kept for it, stale ones marked; places it does not have are left out.

    Parameters
    ----------
    saved
        Place and the judgement now in force there, as `registers.judgements.latest` gives them.
    """
    return {place.id: _typed(saved[place.id], place) for place in bundle.places() if place.id in saved}


def _typed(judgement: Judgement, place: PlacePart) -> TypedJudgement:
    words = {name: getattr(judgement, name) for name in (*WORDS, "by", "at")}
    return TypedJudgement(place=place.id, stale=judgement.is_stale(place.evidence), **words)


def same_words(one: Judgement, other: Judgement) -> bool:
    """Whether two judgements say the same, whoever typed them and on whatever evidence."""
    return all(_bare(getattr(one, name)) == _bare(getattr(other, name)) for name in WORDS)


def from_words(place: str, words: Mapping[str, str]) -> Judgement:
    """A judgement of what was typed in a place, not yet signed and on no evidence yet."""
    said = {name: words.get(name, "") for name in WORDS}
    return Judgement(
        place=place,
        text=said["text"],
        action=said["action"],
        likelihood=said["likelihood"],
        confidence=said["confidence"],
        why=said["why"],
        owner=said["owner"],
        due=said["due"],
        measure=said["measure"],
        power=said["power"],
    )


def _bare(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
