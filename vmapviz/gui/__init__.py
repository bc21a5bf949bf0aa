"""The window: the only room with Qt."""

import os

# Qt hands every area of 96 lines or more that shows through to a pool of threads, and waits for them: that takes ten times as long as
# to fill it, and takes processors from what is being measured.
os.environ.setdefault("QT_NO_GUI_THREADPOOL", "1")
