"""The first window is on the screen before anything heavy is imported."""

import os
import subprocess
import sys
from pathlib import Path

HEAVY = ("torch", "grpc", "OpenImageIO", "PyOpenColorIO", "cv2", "opentimelineio", "av")
PROGRAM = """
import sys
from void_studio.app.preferences import Preferences
from void_studio.gui.main import new_application, start_studio
application = new_application()
studio = start_studio(application, Preferences(), [])
studio.window.started.connect(lambda: (print(*sys.modules, sep="\\n"), application.quit()))
studio.window.show()
application.exec()
studio.close()
"""


def test_the_first_window_needs_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "VOID_STUDIO_STATE": str(tmp_path),
        "VOID_STUDIO_CONFIG": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()).isdisjoint(HEAVY)
