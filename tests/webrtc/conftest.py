"""One browser and one server for all tests: both take a while to start."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from browser import Browser, Server, await_that, opened
from launch import start_gstreamer


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    start_gstreamer()
    if not Path("/usr/bin/chromedriver").exists():
        pytest.skip("there is no /usr/bin/chromedriver: only Debian has Chromium and its driver as packages")
    with opened() as browser:
        yield browser


@pytest.fixture(scope="session")
def only_server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser, with nothing open before and after."""
    chromium.driver.get("about:blank")
    chromium.complaints()
    yield chromium
    chromium.driver.get("about:blank")


@pytest.fixture
def server(browser: Browser, only_server: Server) -> Server:
    """The server, without the calls of earlier tests: the process of one takes a moment to end after its page."""
    await_that("no process of an earlier call is left", lambda: not only_server.calls())
    return only_server
