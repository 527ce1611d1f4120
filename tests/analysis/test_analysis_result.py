"""A Result as it shows itself in a notebook."""

from __future__ import annotations

import numpy as np
import pandas as pd

from intelnb.analysis.result import Result


def test_a_table_is_shown_as_people_read_it() -> None:
    table = pd.DataFrame(
        {
            "n": pd.array([14910.0, None], dtype="Float64"),
            "rate": [2.219999, np.nan],
            "day": [pd.Timestamp("2026-11-09"), pd.Timestamp("2026-11-10 14:30")],
            "kinds": [("arson", "theft"), ()],
            "hot": [True, False],
            "name": ["<b>Low</b>", ""],
        }
    )
    html = Result("one", table, {}, "A sentence.")._repr_html_()
    for told in ("14,910", "2.22", "2026-11-09<", "2026-11-10 14:30", "arson, theft", "True", "&lt;b&gt;Low"):
        assert told in html, told
    assert "NaN" not in html
    assert "&lt;NA&gt;" not in html
    assert "rows." not in html


def test_rows_left_off_are_said() -> None:
    html = Result("one", pd.DataFrame({"n": range(1200)}), {}, "A sentence.")._repr_html_()
    assert "The first 20 of 1,200 rows." in html


def test_a_word_agrees_with_its_number() -> None:
    wording = "{n} {n|crime lies|crimes lie} in {b.n} {b.n|group|groups}."
    one = Result("one", pd.DataFrame(), {"n": 1, "b.n": 12}, wording)
    assert one.sentence == "1 crime lies in 12 groups."
    hidden = Result("one", pd.DataFrame(), {"n": "withheld", "b.n": 1}, wording)
    assert hidden.sentence == "withheld crimes lie in 1 group."
