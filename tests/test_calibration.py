"""What pages promise about chance, tested on quiet force-weeks; and that the page of docs says what was found."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from intelnb.analysis import daily_alarms, surveillance

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def quiet(checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("quiet", checkout / "examples" / "calibration" / "quiet.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["quiet"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def told(checkout: Path) -> str:
    return (checkout / "docs" / "calibration.md").read_text("utf-8")


def test_quiet_force_weeks_keep_the_budget_of_false_alarms(quiet: ModuleType, told: str) -> None:
    rates = quiet.force_weeks()
    found = rates["all"]
    assert found.is_narrow, "the rate is not known closely enough to judge it"
    assert 0 < found.rate <= quiet.BUDGET.false_alarms_per_week
    # each half of the budget for itself: what is too many in one is not made good by too few in the other
    assert rates["priorities"].low <= quiet.BUDGET.priorities * quiet.BUDGET.alpha
    assert rates["areas"].low <= quiet.BUDGET.priorities * quiet.BUDGET.areas * quiet.BUDGET.area_alpha
    row = re.search(r"^\| all \| 0\.250 \| ([0-9.]+) \|", told, re.MULTILINE)
    assert row, "docs/calibration.md has no rate; make it again"
    assert found.low <= float(row[1]) <= found.high, "docs/calibration.md is out of date; make it again"


def test_presets_alarm_as_seldom_as_their_caveats_say(quiet: ModuleType) -> None:
    seen: dict[str, list[float]] = {}
    for name, _, _, every, _, _ in quiet.farrington_rates(rows=250):
        seen.setdefault(name, []).append(1000 * every)
    for name, (few, many) in surveillance.QUIET_IN_1000.items():
        assert max(seen[name]) <= many, name
        assert min(seen[name]) >= 0.5 * few, name
    # the preset used by default keeps the chance it aims at
    assert max(seen["noufaily muan"]) <= 10


def test_days_alarm_as_seldom_as_their_caveats_say(quiet: ModuleType) -> None:
    seen: dict[str, list[float]] = {}
    for method, _, _, rate in quiet.daily_rates():
        seen.setdefault(method, []).append(1000 * rate)
    for method, (few, many) in daily_alarms.QUIET_IN_1000.items():
        assert 0.8 * few <= min(seen[method])
        assert max(seen[method]) <= many


def test_a_method_that_alarms_too_often_would_fail(quiet: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    calm = quiet._outside
    monkeypatch.setattr(quiet, "_outside", lambda y, alpha: calm(y, min(6 * alpha, 0.9)))
    monkeypatch.setattr(quiet, "NARROW", 0.6)
    found = quiet.force_weeks()["all"]
    assert found.low > quiet.BUDGET.false_alarms_per_week
