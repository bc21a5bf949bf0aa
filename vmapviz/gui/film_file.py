"""A film as the bytes of a file, without a window: what the command line writes."""

from __future__ import annotations

import os
from typing import Any

from vmapviz.export.reel import SIZE, Reel
from vmapviz.gui import theme
from vmapviz.gui.animate import ANIMATIONS, Take
from vmapviz.gui.main import application
from vmapviz.model.scenes.film import Subject
from vmapviz.model.snapshot import Snapshot
from vmapviz.model.theme import THEMES


def written(
    suffix: str,
    snapshot: Snapshot,
    subject: Subject,
    size: tuple[float, float] = SIZE,
    look: str = "light",
    scale: float = 1.0,
    **how: Any,
) -> bytes:
    """A film as the bytes of a file that ends in `suffix`, without a window; `how` is of Reel's. KeyError for another suffix.

    Raises AnimationError with a sentence where it cannot be written.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application()
    theme.load_fonts()
    make = {animation.suffix: animation.make for animation in ANIMATIONS}[suffix]
    return make(Take(Reel(snapshot, subject, size, **how), THEMES[look], scale), lambda share: None)
