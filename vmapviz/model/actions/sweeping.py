"""What a user may do to a sweep: choose ways, sizes and devices, keep a run to compare with."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.actions.running import started
from vmapviz.model.session import Session
from vmapviz.model.timing import VARIANTS


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
    """Give pmap this many devices."""
    return replace(session, sweep=replace(session.sweep, devices=max(1, devices)))


def measure(session: Session) -> Session:
    """Start a sweep; what was measured before goes, unless it is pinned. Nothing changes before JAX has loaded or while one runs."""
    if session.worker.ready is None or session.jobs.time is not None:
        return session
    return started(session, "time")


def pin(session: Session) -> Session:
    """Keep the timings shown, to compare later ones with; they remember what they are of."""
    timings, of = session.timings, session.experiment
    if timings is None:
        return session
    about = timings.about or f"{of.function}({of.arguments})"
    return replace(session, pinned=replace(timings, about=about))


def unpin(session: Session) -> Session:
    """Forget the kept timings."""
    return replace(session, pinned=None)
