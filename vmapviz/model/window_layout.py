"""Which panels a window of some size shows side by side."""

from __future__ import annotations

import msgspec

from vmapviz.model.session import Tab

# Below these, in pixels before the user's zoom, something gives way; beside three programs the examples do below ROOMY.
ROOMY, WIDE, MIDDLE, HIGH = 1600, 1280, 1100, 720


class WindowLayout(msgspec.Struct, frozen=True):
    """What has room: the list of `examples` (else a rail), the `function` beside the rest (else it comes when asked for), the programs
    and the tabs at once (`both`; else one of them). `steps` says whether the sentence and the transport belong to what is shown.
    """

    examples: bool
    function: bool
    both: bool
    steps: bool


def layout_for(width: float, height: float, tab: Tab, programs: int = 2) -> WindowLayout:
    """The layout for a window of this size in pixels before the user's zoom, with this tab in front and so many programs."""
    return WindowLayout(
        width >= (WIDE if programs < 3 else ROOMY),
        width >= MIDDLE,
        height >= HIGH,
        tab in ("shapes", "values", "result"),
    )
