"""A product: findings added one by one, then sealed for one audience into a single bundle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

import pandas as pd

from intelnb.bundle import MIME_TYPE, Bundle
from intelnb.dates import Period
from intelnb.errors import ProductError, together
from intelnb.finding import Finding
from intelnb.kinds import Kind
from intelnb.records import Clearance
from intelnb.sealing import sections


@dataclass(frozen=True, eq=False)
class Heading:
    """What a page says of itself: whose, where, when, how current, and under which marking."""

    force: str
    area_code: str
    area_name: str
    period: Period
    data_to: str
    as_at: str
    marking: str
    owners: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    version: str = ""


@dataclass(frozen=True, eq=False)
class Sealed:
    """A sealed product: one bundle, shown in a notebook as the page its readers will get."""

    bundle: Bundle
    show: Callable[[Bundle], str]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        page = escape(self.show(self.bundle), quote=True)
        frame = (
            f'<iframe sandbox srcdoc="{page}" title="{escape(self.bundle.title)}" width="100%" height="900"></iframe>'
        )
        return {MIME_TYPE: self.bundle.model_dump(mode="json"), "text/html": frame, "text/plain": self.bundle.reference}


@dataclass(frozen=True, eq=False)
class Product:
    """What one reader will be given: kind, period, area, audience, the account of its sources, the findings so far."""

    kind: Kind
    heading: Heading
    clearance: Clearance
    sources: pd.DataFrame
    show: Callable[[Bundle], str]
    findings: tuple[Finding, ...] = field(default=())

    @property
    def reference(self) -> str:
        """How the product is called: `WTA/NOR/2026-W46/internal`."""
        h = self.heading
        return f"{self.kind.short}/{h.area_code}/{h.period.slug}/{self.clearance.audience}"

    def add(self, *findings: Finding | Iterable[Finding]) -> Product:
        """A product with these findings too; each belongs to a section of the kind, and rests on nothing of the workbench."""
        more = [f for one in findings for f in ([one] if isinstance(one, Finding) else one)]
        known = {section.id for section in self.kind.section}
        wrong = [f"'{f.id}' names the section '{f.section}'" for f in more if f.section not in known]
        wrong += [
            f"'{r.name}' in '{f.id}' is for the workbench alone" for f in more for r in f.evidence if r.is_workbench
        ]
        ids = [f.id for f in (*self.findings, *more)]
        wrong += [f"'{name}' is there twice" for name in sorted(set(ids)) if ids.count(name) > 1]
        if wrong:
            raise together(
                wrong, what="These findings do not fit the product", now=f"Sections: {', '.join(sorted(known))}.",
                kind=ProductError,
            )  # fmt: skip
        return replace(self, findings=(*self.findings, *more))

    def seal(self) -> Sealed:
        """Disclose for the audience, draw, and close: nothing can be added to what comes out.

        Raises
        ------
        ProductError
            When no finding was added, or two Results share a name but not their content.
        """
        if not self.findings:
            raise ProductError(what="The product is empty", where=self.reference, now="Add findings before sealing it.")
        h = self.heading
        bundle = Bundle(
            kind=self.kind.kind,
            reference=self.reference,
            title=f"{self.kind.title}: {h.area_name}",
            force=h.force,
            area_code=h.area_code,
            area_name=h.area_name,
            period=h.period.label,
            period_words=h.period.words(),
            data_to=h.data_to,
            as_at=h.as_at,
            audience=self.clearance.audience,
            audience_title=self.clearance.title,
            marking=h.marking,
            instruction=self.clearance.instruction,
            judgements=self.clearance.judgements,
            owners=h.owners if self.clearance.judgements else (),
            terms=tuple(self.kind.terms.items()),
            sections=sections(
                self.findings, kind=self.kind, clearance=self.clearance, levels=h.levels, marking=h.marking
            ),
            version=h.version,
        )
        return Sealed(bundle=bundle, show=self.show)

    def _repr_html_(self) -> str:
        counted: Mapping[str, int] = {
            s.heading: sum(f.section == s.id for f in self.findings) for s in self.kind.section
        }
        rows = "".join(f"<li>{escape(name)}: {n}</li>" for name, n in counted.items() if n)
        return f"<p><b>{escape(self.reference)}</b>, not sealed</p><ul>{rows}</ul>"
