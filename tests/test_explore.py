"""The workbench: interactive figures that talk to nobody, on the sample, and nothing for whom places are withheld."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import plotly.graph_objects as go
import pytest
import shapely

from intelnb import share
from intelnb.analysis.result import Result, not_assessed
from intelnb.cli.running import copy_sample
from intelnb.explore import places
from intelnb.explore.figure import MIME_TYPE, Interactive, on_grid
from tests.notebook_cells import execute

NOTEBOOK = share.notebooks() / "explore" / "hotspots.ipynb"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(copy_sample(tmp_path_factory.mktemp("explore") / "force"))


@pytest.fixture(scope="module")
def shown(workspace: str) -> list[Any]:
    return execute(NOTEBOOK, workspace=workspace, audience="internal")["Out"]


def figures(shown: list[Any]) -> list[Interactive]:
    return [one for one in shown if isinstance(one, Interactive)]


def test_the_workbench_runs_and_shows_figures_and_answers(shown: list[Any]) -> None:
    assert len(figures(shown)) == 2
    answers = [one for one in shown if isinstance(one, Result)]
    assert all(one.is_assessed for one in answers)
    assert "Brickfields" in answers[0].sentence


def test_a_figure_talks_to_no_server_and_packs_no_bytes(shown: list[Any]) -> None:
    for one in figures(shown):
        bundle = one._repr_mimebundle_()
        assert set(bundle) == {MIME_TYPE, "text/plain"}
        config = bundle[MIME_TYPE]["config"]
        assert (config["showSendToCloud"], config["plotlyServerURL"]) == (False, "")
        text = json.dumps(bundle[MIME_TYPE])
        assert "bdata" not in text
        assert "http" not in text
        types = {trace["type"] for trace in bundle[MIME_TYPE]["data"]}
        assert types <= {"scatter", "scattergl"}, "maps fetch their tiles from the network"
        layout = bundle[MIME_TYPE]["layout"]
        assert not [name for name in layout if name.startswith(("geo", "map"))]
        assert layout["yaxis"]["scaleanchor"] == "x", "a metre east is as long as a metre north"
        assert layout["xaxis"]["ticksuffix"] == " m"


def test_a_figure_carries_its_marking_and_its_words(shown: list[Any]) -> None:
    for one in figures(shown):
        bundle = one._repr_mimebundle_()
        assert "OFFICIAL-SENSITIVE" in bundle[MIME_TYPE]["layout"]["title"]["text"]
        assert len(bundle["text/plain"]) > 20


def test_where_places_are_withheld_nothing_is_drawn_and_it_is_said(workspace: str) -> None:
    shown = execute(NOTEBOOK, workspace=workspace, audience="public")["Out"]
    for one in shown:
        words = one.alt if isinstance(one, Interactive) else one.sentence
        assert words.startswith("Not assessed"), words
    for one in figures(shown):
        traces = one._repr_mimebundle_()[MIME_TYPE]["data"]
        assert [trace.get("name") for trace in traces] == ["areas", None], "outlines and their names, no crime"


def test_places_are_shaded_by_any_column() -> None:
    area = gpd.GeoDataFrame({"name": ["Town"]}, geometry=[shapely.box(0, 0, 900, 100)], crs="EPSG:27700")
    cells = [shapely.box(x, 0, x + 100, 100) for x in range(0, 900, 100)]
    values = [np.nan, 0.0, *np.arange(1.0, 8.0)]
    table = gpd.GeoDataFrame({"density": values}, geometry=cells, crs="EPSG:27700")
    drawn = places.shaded(Result("d", table, {}, "Dense."), column="density", areas=area, marking="OFFICIAL")
    told = [trace.name for trace in drawn.figure.data if trace.name and trace.name != "areas"]
    assert told == ["1 to 2", "3 to 4", "5 to 5", "6 to 7"]
    assert sum(len(trace.x) for trace in drawn.figure.data if trace.hoverinfo == "text") == 7
    nothing = places.shaded(not_assessed("d", why="x"), column="density", areas=area, marking="OFFICIAL")
    assert nothing.alt == "Not assessed: x."


def test_packed_arrays_are_unpacked_whatever_their_shape() -> None:
    figure = go.Figure(go.Heatmap(z=np.arange(6, dtype="float32").reshape(2, 3), x=np.array([1, 2, 3], dtype="int16")))
    made = on_grid(figure, title="t", marking="OFFICIAL", alt="a")._repr_mimebundle_()[MIME_TYPE]["data"][0]
    assert made["z"] == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert made["x"] == [1, 2, 3]


def test_text_from_the_data_is_text_in_a_figure() -> None:
    made = on_grid(go.Figure(), title="<b onclick=x>%{x}", marking="OFFICIAL", alt="a")
    title = made._repr_mimebundle_()[MIME_TYPE]["layout"]["title"]["text"]
    assert "<b onclick" not in title
    assert "%{" not in title


def test_an_empty_audience_is_answered_with_the_choices(workspace: str) -> None:
    from intelnb.errors import UsageError

    with pytest.raises(UsageError, match="unit, internal, public"):
        execute(NOTEBOOK, workspace=workspace)["Out"]
