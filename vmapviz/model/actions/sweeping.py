"""What a user may do to a sweep: choose ways, sizes and devices, pick points to compare."""

from __future__ import annotations

from msgspec.structs import replace

from vmapviz.model.actions.swept import sweep_of, sweepable
from vmapviz.model.pinned import PointName
from vmapviz.model.session import Session, TimingView
from vmapviz.model.timing import BATCH, DEVICES, VARIANTS

FIRST_DEVICES, FIRST_SIZES = (1, 2, 4, 8), (4, 16, 64, 256)

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


def set_numbers(session: Session, numbers: tuple[int, ...]) -> Session:
    """Measure at these numbers of what is swept over."""
    sweep = sweep_of(session)
    if sweep.over == BATCH:
        return set_batches(session, numbers)
    return replace(session, sweep=replace(sweep, values=numbers))


def set_over(session: Session, over: str) -> Session:
    """Sweep over batch sizes, devices, or a letter of the arguments' types; the numbers are then its first ones."""
    sweep = sweep_of(session)
    if over == sweep.over or over not in sweepable(session):
        return session
    if over == BATCH:
        return replace(session, sweep=replace(sweep, over=BATCH))
    return set_numbers(
        replace(session, sweep=replace(sweep, over=over)), FIRST_DEVICES if over == DEVICES else FIRST_SIZES
    )


def set_examples(session: Session, examples: int | None) -> Session:
    """Time so many examples where something else is swept; None for as many as are given."""
    return replace(session, sweep=replace(session.sweep, examples=examples))


def set_grad(session: Session, grad: bool) -> Session:
    """Time the gradient, or only the function."""
    return replace(session, sweep=replace(session.sweep, grad=grad))


def set_budget(session: Session, seconds: float) -> Session:
    """Let a point take so many seconds."""
    return replace(session, sweep=replace(session.sweep, budget_s=seconds))


def set_total(session: Session, seconds: float) -> Session:
    """Let the whole sweep take so many seconds."""
    return replace(session, sweep=replace(session.sweep, total_s=seconds))


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


def pick_time(session: Session, point: PointName | None, second: bool = False) -> Session:
    """Pick a point of the plot to compare; a picked one is let go, None lets go of all.

    The first two are compared; the next one starts anew, or takes the place of the second when `second`.
    """
    picked = session.compared
    if point is None:
        picked = ()
    elif point in picked:
        picked = tuple(other for other in picked if other != point)
    elif second and picked:
        picked = (picked[0], point)
    else:
        picked = (*picked, point) if len(picked) < 2 else (point,)
    return replace(session, compared=picked)


def set_timing_view(session: Session, view: TimingView) -> Session:
    """Show the times, or what they are spent on."""
    return replace(session, view=replace(session.view, timing=view))


def set_way(session: Session, way: str) -> Session:
    """Show what the times of this variant are spent on."""
    return replace(session, view=replace(session.view, timing="why", way=way))


def toggle_why(session: Session) -> Session:
    """From the times to what they are spent on, or back; the timing panel comes to the front."""
    seen = session.view.tab == "timing"
    view: TimingView = "times" if seen and session.view.timing == "why" else "why"
    return replace(session, view=replace(session.view, tab="timing", timing=view))
