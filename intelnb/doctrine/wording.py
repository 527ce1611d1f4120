"""The linter of judgement boxes: it warns about words that imply a judgement without making one.

It never blocks. A warning quotes what was typed and offers a term of the yardstick.
"""

from __future__ import annotations

import re

from intelnb.doctrine import code_table, yardstick

_TABLE = code_table.read("wording")
_LONGEST = int(_TABLE.body["longest_words"])
_TERMS = {spelling: term.term for term in yardstick.terms() for spelling in (term.term, *term.aliases)}
_PERCENTAGE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s?(?:%|per\s?cent\b)", re.IGNORECASE)
_CHANCE = re.compile(
    r"\b(?:chance|likel\w*|unlikel\w*|probab\w*|certain\w*|sure|confiden\w*|odds|possib\w*)\b", re.IGNORECASE
)


def _of_words(words: str) -> str:
    """A pattern for whole words with any white space between them."""
    return r"(?<!\w)" + r"\s+".join(re.escape(word) for word in words.split()) + r"(?!\w)"


_VAGUE = sorted(
    (
        (words, re.compile(_of_words(words), 0 if row.get("case") else re.IGNORECASE), tuple(row["offer"]))
        for row in _TABLE.rows("vague")
        for words in row["words"]
    ),
    key=lambda entry: -len(entry[0]),
)
_LIKELIHOODS = re.compile("|".join(_of_words(t) for t in sorted(_TERMS, key=len, reverse=True)), re.IGNORECASE)


def warnings(text: str, *, likelihood: str = "", confidence: str = "", why: str = "") -> tuple[str, ...]:
    """Everything a careful colleague would query in one typed judgement.

    Parameters
    ----------
    text
        The judgement as typed.
    likelihood, confidence, why
        What was chosen and typed beside it; empty where nothing was.

    Returns
    -------
    One plain sentence per query, none when there is nothing to say.

    Examples
    --------
    >>> for line in warnings("Burglary may rise.", likelihood="likely", confidence="low", why="one source"):
    ...     print(line)
    'may' does not say how likely: choose a yardstick term, such as unlikely, realistic possibility or likely.
    """
    if not text.strip():
        return ()
    found, rest = _vague(text)
    found += _contradictions(rest, likelihood) + _percentages(text)
    if not likelihood.strip():
        found.append("no likelihood is given: choose a term of the yardstick.")
    if not confidence.strip():
        found.append("no confidence is given: choose high, moderate or low.")
    elif not why.strip():
        found.append(f"confidence is {confidence} but not why: say what it rests on and what would change it.")
    length = len(text.split())
    if length > _LONGEST:
        found.append(f"it has {length} words: {_LONGEST} are as many as a chair will hear.")
    return tuple(found)


def _vague(text: str) -> tuple[list[str], str]:
    """Warnings on vague words in the order of the text, and the text without them."""
    hits: list[tuple[int, str]] = []
    for _, pattern, offer in _VAGUE:
        for hit in pattern.finditer(text):
            offered = f"{', '.join(offer[:-1])} or {offer[-1]}" if len(offer) > 1 else offer[0]
            told = f"'{hit.group()}' does not say how likely: choose a yardstick term, such as {offered}."
            hits.append((hit.start(), told))
        # longer phrases come first and are taken out, so that `probably not` is not told again as `probably`
        text = pattern.sub(lambda hit: "\0" * len(hit.group()), text)
    return list(dict.fromkeys(told for _, told in sorted(hits))), text


def _contradictions(text: str, likelihood: str) -> list[str]:
    """Terms in the text that are not the one chosen beside it."""
    chosen = _TERMS.get(" ".join(likelihood.lower().split()))
    if chosen is None:
        return []
    said = dict.fromkeys(" ".join(hit.group().lower().split()) for hit in _LIKELIHOODS.finditer(text))
    return [
        f"the text says '{words}' but the likelihood chosen is '{chosen}': make them agree."
        for words in said
        if _TERMS[words] != chosen
    ]


def _percentages(text: str) -> list[str]:
    """Percentages that stand for a likelihood; a percentage that states a fact is left alone."""
    found = []
    for hit in _PERCENTAGE.finditer(text):
        near = text[max(hit.start() - 25, 0) : hit.end() + 25]
        if not _CHANCE.search(near):
            continue
        term = yardstick.term_for(min(float(hit.group(1)) / 100, 1))
        offered = f"the term for it is '{term.term}'" if term else "no term has it in its range: choose a side"
        found.append(f"'{hit.group()}' stands for a likelihood: use the word, not the number; {offered}.")
    return found
