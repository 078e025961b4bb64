"""A headless Chromium whose camera is a film of the project's, and the server that it calls."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "pipelines"), str(ROOT / "tests")]

import media
from launch import BUILD, Line, Pipeline, quoted

LIMIT_S = 120  # for anything awaited, on a machine that does other things too

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",  # the only network of some machines that test
    "--window-size=1280,960",
]


def await_that(what: str, holds: Callable[[], Any]) -> Any:
    """Asks again and again until something holds, and returns it."""
    end = time.monotonic() + LIMIT_S
    while not (value := holds()):
        if time.monotonic() > end:
            raise AssertionError(f"after {LIMIT_S} seconds still not so: {what}")
        time.sleep(0.1)
    return value


def render_clip(path: Path, frames: int = 30) -> None:
    """Writes the generated scene at 480x360 as the file that Chromium plays for a camera."""
    start, feed = media.scene(frames)
    line = f"{start} {media.scaled((480, 360))}! y4menc ! filesink location={quoted(path)}"
    Pipeline(Line(line, feed)).run(LIMIT_S)


class Server:
    """pipelines/webrtc on a free port; `ready` leaves out its set-up, for a second one, whose calls lose
    `loss` per cent of the packets each way."""

    def __init__(self, ready: bool = False, loss: float = 0) -> None:
        command = [str(ROOT / "pipelines/webrtc"), "--port", "0"]
        if ready:
            call = ["/usr/bin/python3", str(ROOT / "pipelines/call.py"), "--loss", str(loss)]
            command = [str(BUILD / "signalling"), "--port", "0", "--", *call]
        with tempfile.NamedTemporaryFile(prefix="superres-webrtc-", suffix=".log", delete=False) as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        self._log = Path(log.name)
        assert self.process.stdout
        said = ""
        for line in self.process.stdout:
            said += line
            if match := re.match(r"open (http://\S+) in a browser", line):
                self.url = match[1]
                return
        raise AssertionError(f"the server ended with {self.process.wait()}: {said}")

    def calls(self) -> list[int]:
        """The processes of calls: the server has no others."""
        return [int(pid) for task in self._own("task").iterdir() for pid in (task / "children").read_text().split()]

    def open_files(self) -> int:
        return len(list(self._own("fd").iterdir()))

    def _own(self, what: str) -> Path:
        return Path(f"/proc/{self.process.pid}/{what}")

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=LIMIT_S)
        said = self._log.read_text()
        self._log.unlink()
        print(said, file=sys.stderr)
        assert "did not end by itself" not in said, "a call that was over hung; the log above says which"


class Browser:
    """A page of the server's in Chromium."""

    def __init__(self, clip: Path) -> None:
        options = webdriver.ChromeOptions()
        for flag in [*FLAGS, f"--use-file-for-fake-video-capture={clip}"]:
            options.add_argument(flag)
        options.binary_location = "/usr/bin/chromium"
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_script_timeout(LIMIT_S)
        keep = "const Peer = RTCPeerConnection; window.RTCPeerConnection = function (...a) { return (window.peer = new Peer(...a)); };"
        self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": keep})

    def run(self, script: str) -> Any:
        return self.driver.execute_script(script)

    def find(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def text(self, identity: str) -> str:
        return self.run(f"return document.getElementById('{identity}').textContent")

    def choose(self, name: str, value: str) -> None:
        """Presses one of a row of switches."""
        self.find(f"label:has(input[name={name}][value='{value}'])").click()

    def frames(self) -> int:
        """That were shown of the returned video."""
        return self.run("return document.getElementById('received').getVideoPlaybackQuality().totalVideoFrames")

    def size(self, identity: str) -> tuple[int, int]:
        return tuple(self.run(f"const video = document.getElementById('{identity}'); return [video.videoWidth, video.videoHeight]"))

    def await_text(self, identity: str, pattern: str) -> str:
        try:
            return await_that(f"#{identity} reads {pattern!r}", lambda: re.search(pattern, self.text(identity)) and self.text(identity))
        except AssertionError as late:
            raise AssertionError(f"{late}, but {self.text(identity)!r}") from None

    def await_frames(self, more: int = 5) -> None:
        """Waits until so many more frames of the returned video have been shown."""
        before = self.frames()
        await_that(f"{more} more frames come back", lambda: self.frames() >= before + more)

    def await_size(self, width: int, height: int) -> None:
        await_that(f"{width}x{height} comes back", lambda: self.size("received") == (width, height))

    def call(self, server: Server, codec: str = "vp8", tier: str = "fast") -> None:
        """Opens the page and makes a call; returns when frames come back."""
        self.driver.get(server.url)
        self.choose("codec", codec)
        self.choose("tier", tier)
        self.find("#start").click()
        self.await_text("status", "In a call|ended|gone|refused")
        self.await_frames()

    def lost(self) -> tuple[int, int]:
        """How often the server has asked the page for lost packets, and the page the server."""
        script = """
            const done = arguments[0];
            peer.getStats().then((report) => {
                const asked = (type) => [...report.values()].filter((one) => one.type === type && one.kind === 'video')
                    .reduce((sum, one) => sum + (one.nackCount ?? 0), 0);
                done([asked('outbound-rtp'), asked('inbound-rtp')]);
            });"""
        of_server, of_page = self.driver.execute_async_script(script)
        return of_server, of_page

    def complaints(self) -> list[str]:
        """What the page's scripts got wrong since this was last asked."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]

    def close(self) -> None:
        self.driver.quit()


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser, and its film while it runs."""
    with tempfile.TemporaryDirectory(prefix="superres-webrtc-") as folder:
        clip = Path(folder, "camera.y4m")
        render_clip(clip)
        browser = Browser(clip)
        try:
            yield browser
        finally:
            browser.close()
