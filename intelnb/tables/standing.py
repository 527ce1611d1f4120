"""What a log counts for: which are counted, which are kept apart, and how strong a grade is in its own scheme."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import numpy as np
import pandas as pd

from intelnb.tables import options

COUNTED, FALSE, TO_GRADE = "counted", "suspected false", "to grade"
# the code for "suspected to be false" differs by scheme: E is a source grade in the legacy one
SUSPECTED_FALSE = {"3x5x2": "E", "5x5x5": "5"}
# source grades and information grades too weak to answer a question with, each in its own scheme
MODERN = ("1-2 A-B", "3 A-B", "C-D", "E")  # classes of strength in 3x5x2, the strongest first
WEAK = {"3x5x2": ("3", "DE"), "5x5x5": ("D", "45"), "Admiralty": ("DE", "456")}


def refusal(logs: pd.DataFrame) -> tuple[str, str]:
    """Say why the logs cannot be asked at all: status and reason, both blank when they can.

    Examples
    --------
    >>> import pandas as pd
    >>> logs = pd.DataFrame()
    >>> logs.attrs["status"] = "not submitted"
    >>> refusal(logs)
    ('not submitted', 'no intelligence logs were received')
    """
    if logs.attrs.get("status", "submitted") == "not submitted":
        return "not submitted", "no intelligence logs were received"
    if logs.attrs.get("status") == "withheld" or not {"urn", "received"} <= set(logs.columns):
        return "not assessed", "intelligence logs are withheld from this audience"
    if not len(logs):
        return "not assessed", "there are no intelligence logs to judge by"
    return "", ""


def standing(logs: pd.DataFrame) -> pd.Series:
    """Say of each log whether it is counted, suspected false, or still to be graded.

    A log suspected false stays so when something else of it is missing. A log without handling code,
    marking, source grade or information grade is still to be graded; it is neither counted nor unimportant.

    Returns
    -------
    Series
        `counted`, `suspected false` or `to grade`, index kept.

    Examples
    --------
    >>> import pandas as pd
    >>> logs = pd.DataFrame({"scheme": ["3x5x2", "3x5x2", "5x5x5"], "source_grade": ["1", "2", "E"],
    ...     "information_grade": ["A", "E", "3"], "to_grade": [True, False, False]})
    >>> standing(logs).tolist()
    ['to grade', 'suspected false', 'counted']
    """
    is_false = logs["information_grade"] == logs["scheme"].map(SUSPECTED_FALSE)
    ungraded = (logs["source_grade"] == "") | (logs["information_grade"] == "") | logs["to_grade"].astype(bool)
    words = np.select([is_false.to_numpy(dtype=bool), ungraded.to_numpy(dtype=bool)], [FALSE, TO_GRADE], COUNTED)
    return pd.Series(words, index=logs.index, dtype="str")


def strength(logs: pd.DataFrame) -> pd.Series:
    """Class each grade by strength, in its own scheme only.

    Returns
    -------
    Series
        For 3x5x2 `1-2 A-B`, `3 A-B`, `C-D` or `E`; for other schemes the scheme's name; blank when not graded.

    Examples
    --------
    >>> import pandas as pd
    >>> logs = pd.DataFrame({"scheme": ["3x5x2", "3x5x2", "5x5x5"], "source_grade": ["2", "3", "B"],
    ...     "information_grade": ["B", "D", "2"]})
    >>> strength(logs).tolist()
    ['1-2 A-B', 'C-D', '5x5x5']
    """
    modern, strong = (logs["scheme"] == "3x5x2").to_numpy(), logs["information_grade"].isin(["A", "B"]).to_numpy()
    blank = ((logs["source_grade"] == "") | (logs["information_grade"] == "")).to_numpy()
    choices = [
        (blank, ""),
        (~modern, None),
        (strong & logs["source_grade"].isin(["1", "2"]).to_numpy(), "1-2 A-B"),
        (strong, "3 A-B"),
        (logs["information_grade"].isin(["C", "D"]).to_numpy(), "C-D"),
    ]
    words = np.select(
        [mask for mask, _ in choices],
        [logs["scheme"].to_numpy(dtype=object) if word is None else word for _, word in choices],
        "E",
    )
    return pd.Series(words, index=logs.index, dtype="str")


def is_weak(logs: pd.DataFrame) -> pd.Series:
    """Whether a grade is too weak to answer a question with: its source not reliable, or its truth not known.

    Returns
    -------
    Series
        Booleans, index kept; a scheme we do not know is weak, because nobody can say that it is not.

    Examples
    --------
    >>> import pandas as pd
    >>> logs = pd.DataFrame({"scheme": ["3x5x2", "3x5x2", "5x5x5"], "source_grade": ["2", "3", "E"],
    ...     "information_grade": ["C", "A", "3"]})
    >>> is_weak(logs).tolist()
    [False, True, False]
    """
    weak = [
        scheme not in WEAK or source in WEAK[scheme][0] or information in WEAK[scheme][1]
        for scheme, source, information in zip(
            logs["scheme"], logs["source_grade"], logs["information_grade"], strict=True
        )
    ]
    return pd.Series(weak, index=logs.index, dtype=bool)


def mix_words(strengths: Iterable[str]) -> str:
    """Write a grade mix as readers know it, the strongest first; legacy grades stand apart in their own scheme.

    Examples
    --------
    >>> mix_words(["C-D", "1-2 A-B", "C-D", "5x5x5"])
    '1-2 A-B: 1 \u00b7 C-D: 2 \u00b7 5x5x5: 1'
    """
    counts = pd.Series(list(strengths), dtype="str").value_counts()
    known = [word for word in MODERN if word in counts]
    others = sorted(word for word in counts.index if word and word not in known)
    return " \u00b7 ".join(f"{word}: {counts[word]}" for word in [*known, *others])


def graded_words(strengths: Iterable[str]) -> str:
    """Write a grade mix as it is read out, the strongest first; legacy grades stand apart in their own scheme.

    Examples
    --------
    >>> graded_words(["C-D", "1-2 A-B", "C-D", "5x5x5"])
    '1 graded 1-2 A-B, 2 graded C-D, 1 graded in 5x5x5'
    """
    parts = [part.rpartition(": ") for part in mix_words(strengths).split(" \u00b7 ") if part]
    return ", ".join(f"{n} graded {word if word in MODERN else f'in {word}'}" for word, _, n in parts)


def of_priority(logs: pd.DataFrame, priority: str) -> pd.DataFrame:
    """Choose the logs assigned to one priority; a log may serve several."""
    mask = np.fromiter((priority in held for held in logs["priority"]), dtype=bool, count=len(logs))
    return logs[mask]


def received_in(logs: pd.DataFrame, *, since: date, until: date, as_at: datetime) -> pd.DataFrame:
    """Choose the logs received from `since` up to, not with, `until`, and known at `as_at`."""
    options.day(since=since, until=until)
    options.moment(as_at=as_at)
    received = logs["received"]
    in_time = (received >= pd.Timestamp(since)) & (received < pd.Timestamp(until))
    return logs[in_time & (received <= pd.Timestamp(as_at))]
