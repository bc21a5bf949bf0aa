"""Opens the window offscreen, says when everything is shown and looked up, and stays until it is killed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QTimer

from vmapviz.gui.main import application, first_session, make_app
from vmapviz.gui.settings import Settings


def main() -> None:
    """Says "idle" once nothing is left to do."""
    qt = application()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder))
        app = make_app(qt, first_session(settings, None, "light"), settings)
        app.window.show()
        app.start()
        timer = QTimer()
        timer.setInterval(100)

        def look() -> None:
            if app.store.session.facts is not None:
                timer.stop()
                print("idle", flush=True)

        timer.timeout.connect(look)
        timer.start()
        qt.exec()


if __name__ == "__main__":
    main()
