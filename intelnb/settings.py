"""The settings of one workspace, read once from `intelnb.toml` and passed down; there are no others."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from intelnb.doctrine import marking
from intelnb.errors import SettingsError, UsageError, together
from intelnb.records import Clearance

FILE_NAME = "intelnb.toml"


class _Setting(BaseModel):
    """A frozen group of settings that refuses names it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Force(_Setting):
    """Who the force is, where it lies, and how its clocks run."""

    name: str
    code: str
    crs: str = "EPSG:27700"
    timezone: str = "Europe/London"
    as_at: datetime | None = None


class SourceFiles(_Setting):
    """Files of one source, their column map or layout, and the marking they carry when rows do not say."""

    files: str
    map: str = ""
    layout: str = ""
    marking: str = ""
    members: str = ""

    @field_validator("marking")
    @classmethod
    def _is_allowed(cls, text: str) -> str:
        """Refuse a source whose marking nobody knows, or that must not be read here at all."""
        return _allowed(text) if text else text


class AreaLevel(_Setting):
    """One level of areas, listed from the largest to the smallest."""

    level: str
    file: str
    code: str = "code"
    name: str = "name"


class Audience(_Setting):
    """What one audience may have."""

    title: str
    highest_marking: str
    handling: tuple[str, ...] = ()
    ungraded: bool = False
    personal_data: bool = False
    free_text: bool = False
    finest: str = "point"
    sources: tuple[str, ...]
    smallest_count: int = Field(default=5, ge=0)
    judgements: bool = False
    says_withheld: bool = False
    page_marking: str
    instruction: str = ""

    @field_validator("highest_marking", "page_marking")
    @classmethod
    def _is_allowed(cls, text: str) -> str:
        """Refuse a marking above the ceiling, or one nobody knows."""
        return _allowed(text)

    @field_validator("handling")
    @classmethod
    def _are_codes(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse a handling code that is neither P nor C."""
        if wrong := sorted(set(codes) - {"P", "C"}):
            raise ValueError(f"{', '.join(wrong)} is not a handling code; choose from P and C")
        return codes


class Alarms(_Setting):
    """How many false alarms a week the unit accepts over all priorities and areas together."""

    false_alarms_per_week: float = Field(default=0.25, gt=0, le=5)


class Persistence(_Setting):
    """When a hot place counts as persistent: hot in at least so many of the last four-week windows."""

    windows: int = Field(default=12, ge=2, le=52)
    hot_at_least: int = Field(default=6, ge=1)


class Places(_Setting):
    """How finely hot places are looked for, and over how many weeks."""

    cell_m: int = Field(default=250, ge=50, le=5000)
    weeks: int = Field(default=13, ge=4, le=156)


class Tolerance(_Setting):
    """The share of records that may be quarantined before a run says so with exit code 3."""

    quarantined_share: float = Field(default=0.01, ge=0, le=1)


class Settings(_Setting):
    """Everything a workspace settles, and where its folder lies."""

    folder: Path
    force: Force
    sources: dict[str, SourceFiles] = {}
    areas: tuple[AreaLevel, ...]
    audiences: dict[str, Audience]
    owners: tuple[str, ...] = ()
    alarms: Alarms = Alarms()
    persistence: Persistence = Persistence()
    places: Places = Places()
    tolerance: Tolerance = Tolerance()
    state: str = ""
    reports: str = ""
    registers: str = ""
    store: str = ""
    allowed: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _finest_is_a_level(self) -> Self:
        """Refuse an audience whose finest place is neither a point nor a level of areas."""
        levels = {"point", *(area.level for area in self.areas)}
        wrong = [f"{name}: finest = '{one.finest}'" for name, one in self.audiences.items() if one.finest not in levels]
        if wrong:
            raise ValueError(f"{'; '.join(wrong)} is not a level; choose one of {', '.join(sorted(levels))}")
        return self

    def state_folder(self) -> Path:
        """Where registers, desk files and workings lie; never in the workspace unless the settings say so."""
        if self.state:
            return (self.folder / self.state).resolve()
        mark = hashlib.sha256(str(self.folder.resolve()).encode()).hexdigest()[:10]
        return Path(platformdirs.user_data_dir("intelnb", appauthor=False)) / f"{self.folder.resolve().name}-{mark}"

    def store_folder(self) -> Path:
        """Where ingested exports accumulate: under the state folder unless the settings name a folder."""
        return (self.folder / self.store).resolve() if self.store else self.state_folder() / "store"

    def reports_folder(self) -> Path:
        """Where finished pages lie: `reports` where the command runs, unless the settings name a folder."""
        return (self.folder / self.reports).resolve() if self.reports else Path.cwd() / "reports"

    def registers_url(self) -> str:
        """The database the unit remembers in: a file under the state folder unless the settings name another."""
        return self.registers or f"sqlite:///{(self.state_folder() / 'registers.sqlite').as_posix()}"

    def allowed_folders(self) -> tuple[Path, ...]:
        """Folders beside the workspace that files may lie in."""
        return tuple((self.folder / one).resolve() for one in self.allowed)

    def standing(self) -> dict[str, Any]:
        """What holds for every read of this workspace, as fields of a request."""
        lookup = self.sources.get("area_lookup")
        return {
            "folder": self.folder.resolve(), "allowed": self.allowed_folders(), "crs": self.force.crs,
            "timezone": self.force.timezone, "as_at": self.force.as_at,
            "levels": [one.model_dump(include={"level", "file", "code", "name"}) for one in self.areas],
            "store": str(self.store_folder()), "lookup": lookup.model_dump(exclude={"marking"}) if lookup else None,
        }  # fmt: skip

    def clearance(self, audience: str) -> Clearance:
        """What this audience may have.

        Raises
        ------
        UsageError
            When no audience, or one the settings do not know, is named.
        """
        choices = ", ".join(self.audiences)
        if not audience:
            raise UsageError(what="No audience is chosen", now=f"Name who the page is for: {choices}.")
        if audience not in self.audiences:
            raise UsageError(
                what=f"'{audience}' is not an audience of this workspace",
                where=str(self.folder / FILE_NAME),
                now=f"Choose one of: {choices}.",
            )
        return Clearance(audience=audience, **self.audiences[audience].model_dump())


def load(folder: str | Path) -> Settings:
    """Read the settings of a workspace.

    Parameters
    ----------
    folder
        The folder that holds `intelnb.toml`.

    Raises
    ------
    SettingsError
        When the file is missing, is not TOML, or says something it may not; all faults at once.

    Examples
    --------
    >>> load("data/samples").force.name
    'Northmere Police'
    """
    path = Path(folder) / FILE_NAME
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            what=f"There is no {FILE_NAME} here",
            where=str(Path(folder)),
            now="Name the folder of a workspace with --workspace, or make one as the README's tutorial shows.",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsError(
            what=f"The settings cannot be read: {fault}", where=str(path), now="Mend that line."
        ) from None
    except OSError as fault:
        raise SettingsError(
            what=f"The settings cannot be opened: {fault.strerror}", where=str(path), now="Check the folder's rights."
        ) from None
    try:
        return Settings(folder=Path(folder), **raw)
    except ValidationError as fault:
        raise together(
            [_told(one) for one in fault.errors()],
            what=f"The settings in {path} cannot be used",
            now="Mend them; docs/settings.md lists them all.",
            kind=SettingsError,
        ) from None
    except TypeError:
        raise SettingsError(what="'folder' is not a setting", where=str(path), now="Take it out.") from None


def _told(fault: ErrorDetails) -> str:
    """One fault of the settings in plain words: where it stands, and what is wrong with it."""
    where = ".".join(str(part) for part in fault["loc"])
    plain = {"extra_forbidden": "there is no such setting", "missing": "is missing"}
    return f"{where}: {plain.get(fault['type'], fault['msg'].removeprefix('Value error, '))}"


def _allowed(text: str) -> str:
    """A marking this tool may handle.

    Raises
    ------
    ValueError
        For any other; settings turn it into a plain line.
    """
    if text not in marking.ALLOWED:
        raise ValueError(f"'{text}' is not a marking this tool may handle; choose one of {', '.join(marking.ALLOWED)}")
    return text
