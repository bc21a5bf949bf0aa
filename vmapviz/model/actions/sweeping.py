"""What a user may do to a sweep: choose ways, sizes and devices, keep a run to compare with."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.session import Session
from vmapviz.model.timing import VARIANTS

WHERES = 10
"""As many other machines are remembered."""


def set_variant(session: Session, variant: str, wanted: bool) -> Session:
    """Measure a variant, or leave it out; the order is always that of VARIANTS, and one always stays."""
    chosen = (set(session.sweep.variants) | {variant}) if wanted else set(session.sweep.variants) - {variant}
    variants = tuple(name for name in VARIANTS if name in chosen)
    if not variants or variants == session.sweep.variants:
        return session
    return replace(session, sweep=replace(session.sweep, variants=variants))


def set_batches(session: Session, batches: tuple[int, ...]) -> Session:
    """Measure these batch sizes."""
    return replace(session, sweep=replace(session.sweep, batches=batches))


def set_devices(session: Session, devices: int) -> Session:
    """Give pmap this many devices, in what is measured and in the program that is shown."""
    sweep = replace(session.sweep, devices=max(1, devices))
    return replace(session, sweep=sweep, pmapped=None, by_problem=None if session.by == "pmap" else session.by_problem)


def set_where(session: Session, where: str, platform: str = "") -> Session:
    """Measure on another machine, by a command that runs a Python there, "" = here; on one of JAX's platforms, "" = its own choice."""
    where = where.strip()
    sweep = replace(session.sweep, where=where, platform=platform)
    wheres = session.wheres if not where else (where, *(other for other in session.wheres if other != where))[:WHERES]
    return session if sweep == session.sweep else replace(session, sweep=sweep, wheres=wheres)


def pin(session: Session) -> Session:
    """Keep the timings shown, to compare later ones with; they remember what they are of."""
    timings, of = session.timings, session.timed or session.experiment
    if timings is None:
        return session
    about = timings.about or f"{of.function}({of.arguments})"
    return replace(session, pinned=replace(timings, about=about))


def unpin(session: Session) -> Session:
    """Forget the kept timings."""
    return replace(session, pinned=None)
