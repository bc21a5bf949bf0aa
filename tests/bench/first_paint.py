"""Prints how long it took from process start to the first painted frame: `first_paint.py bare|vmapviz START`."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow


class Watch(QObject):
    """Ends the process at the first frame."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            print(time.time() - float(sys.argv[2]), flush=True)
            QApplication.exit()
        return False


def main() -> None:
    app = QApplication([])
    watch = Watch()
    if sys.argv[1] == "bare":
        window = QMainWindow()
        window.setCentralWidget(QLabel("a window with one label"))
        window.resize(1440, 900)
    else:
        from vmapviz.gui.main import first_session, make_app
        from vmapviz.gui.settings import Settings

        settings = Settings()
        whole = make_app(app, first_session(settings, None, "light"), settings)
        whole.start()
        window = whole.window
        window.resize(1440, 900)
    window.centralWidget().installEventFilter(watch)
    window.show()
    app.exec()


main()
