#!/usr/bin/python3
"""Takes pictures of the page in a call, as in docs/webrtc.png.

    tests/webrtc/picture.py FOLDER

Writes wide.png, narrow.png (360 samples, as a phone) and dark.png.
"""

from __future__ import annotations

import argparse
import base64
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from browser import Browser, Server, opened
from launch import start_gstreamer

VIEWS: dict[str, tuple[dict[str, Any], str]] = {
    "wide": ({"width": 1100, "height": 800, "deviceScaleFactor": 0.7, "mobile": False}, "light"),
    "dark": ({"width": 1100, "height": 800, "deviceScaleFactor": 0.7, "mobile": False}, "dark"),
    "narrow": ({"width": 360, "height": 1250, "deviceScaleFactor": 1, "mobile": True}, "light"),
}


def take(browser: Browser, path: Path, metrics: dict[str, Any], scheme: str) -> None:
    command = browser.driver.execute_cdp_cmd
    command("Emulation.setDeviceMetricsOverride", metrics)
    command("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.await_frames(2)
    path.write_bytes(base64.b64decode(command("Page.captureScreenshot", {"format": "png"})["data"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    start_gstreamer()
    server = Server()
    try:
        with opened() as browser:
            browser.call(server, tier="fast")
            browser.await_text("figure-rate-out", r"^[1-9]")
            for name, view in VIEWS.items():
                take(browser, folder / f"{name}.png", *view)
    finally:
        server.close()


if __name__ == "__main__":
    main()
