"""A call from end to end: Chromium's camera through the server and back."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest
from browser import Browser, Server, await_that
from selenium.webdriver.common.keys import Keys


def await_no_call(server: Server) -> None:
    await_that("no process of a call is left", lambda: not server.calls())


@pytest.mark.parametrize("codec", ["vp8", "h264"])
def test_a_call_with_changes(codec: str, browser: Browser, server: Server) -> None:
    browser.call(server, codec)
    assert browser.size("sent") == (480, 360)
    assert browser.size("received") == (960, 720)
    assert len(server.calls()) == 1
    browser.await_text("figure-in", "^480.360$")
    browser.await_text("figure-out", "^960.720$")
    browser.await_text("figure-tier", "^fast, faithful$")
    browser.await_text("figure-ms", r"^\d+\.\d ms$")
    browser.await_text("figure-rate-in", r"^[1-9]\d*\.\d /s$")
    browser.await_text("figure-dropped", r"^\d+$")

    agreed = browser.run("return peer.remoteDescription.sdp")
    for line in (r"a=rtcp-fb:\d+ nack pli", r"a=rtcp-fb:\d+ ccm fir", r"a=rtpmap:\d+ rtx/90000", r"a=ssrc-group:FID \d+ \d+"):
        assert re.search(line, agreed), f"{line} is not in the answer, so that losses stay:\n{agreed}"

    browser.choose("size", "320x240")
    browser.await_size(640, 480)
    browser.await_frames()
    browser.await_text("figure-in", "^320.240$")

    browser.choose("tier", "lanczos")
    browser.await_text("figure-tier", "^lanczos$")
    browser.choose("size", "480x360")
    browser.await_size(960, 720)
    browser.await_frames()
    assert browser.complaints() == []

    browser.find("#stop").click()
    assert browser.text("status") == "The call has ended."
    await_no_call(server)


def test_reload_and_disconnect_leave_nothing_behind(browser: Browser, server: Server) -> None:
    browser.driver.get(server.url)
    await_no_call(server)
    await_that("the page's connections are idle", lambda: server.open_files() > 0)
    held = []
    for leave in (browser.driver.refresh, lambda: browser.driver.get("about:blank"), lambda: browser.run("location.reload()")):
        browser.call(server, tier="lanczos")
        calls = server.calls()
        assert len(calls) == 1
        leave()
        await_no_call(server)
        assert not os.path.exists(f"/proc/{calls[0]}")
        held.append(server.open_files())
    # The browser keeps a few connections open for the next page, one more now and then; they do not add up.
    await_that(f"no file more is open for each call than at first, {held}", lambda: server.open_files() < held[0] + len(held) - 1)


def test_a_process_that_dies_is_reported_and_the_next_call_goes_on(browser: Browser, server: Server) -> None:
    browser.call(server, tier="lanczos")
    os.kill(server.calls()[0], signal.SIGKILL)
    browser.await_text("status", "call's process ended by mistake .signal: killed.")
    browser.find("#start").click()
    browser.await_frames()


def running(pid: int) -> bool:
    """An orphan that has ended stays in /proc until whoever inherited it has taken note."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_server_that_goes_is_reported(browser: Browser) -> None:
    own = Server(ready=True)
    try:
        browser.call(own, tier="lanczos")
        calls = own.calls()
        os.kill(own.process.pid, signal.SIGKILL)
        browser.await_text("status", "The server is gone")
        await_that("the call's process ends with the server", lambda: not running(calls[0]))
        assert browser.find("#start").is_enabled()
    finally:
        own.close()


@pytest.mark.parametrize("codec", ["vp8", "h264"])
def test_a_call_goes_on_where_packets_are_lost(codec: str, browser: Browser) -> None:
    bad = Server(ready=True, loss=2)
    try:
        browser.call(bad, codec, tier="lanczos")
        await_that("both sides ask for lost packets", lambda: min(browser.lost()) > 0)
        browser.await_frames(20)
        browser.choose("size", "320x240")
        browser.await_size(640, 480)
        browser.await_frames(20)
        assert len(bad.calls()) == 1
        assert browser.text("status").startswith("In a call")
        assert browser.complaints() == []
    finally:
        bad.close()


@pytest.mark.parametrize(
    ("error", "said"),
    [("NotAllowedError", "The camera was refused"), ("NotFoundError", "There is no camera"), ("NotReadableError", "does not answer")],
)
def test_a_camera_that_does_not_come_is_explained(error: str, said: str, browser: Browser, server: Server) -> None:
    browser.driver.get(server.url)
    browser.run(f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{error}'))")
    browser.find("#start").click()
    browser.await_text("status", said)
    assert browser.find("#start").is_enabled()
    assert server.calls() == []


def test_the_divider_follows_the_keyboard(browser: Browser, server: Server) -> None:
    browser.call(server, tier="lanczos")
    divider = browser.find("#divider")
    for keys, place in ((Keys.ARROW_LEFT, "49%"), (Keys.HOME, "0%"), (Keys.END, "100%")):
        divider.send_keys(keys)
        assert browser.run("return document.getElementById('stage').style.getPropertyValue('--at')") == place
    assert divider.get_attribute("aria-valuetext") == "100 % sent, 0 % received"


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_and_every_control_has_a_name(width: int, browser: Browser, server: Server) -> None:
    metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    try:
        browser.driver.get(server.url)
        browser.await_text("status", "Press Start")
        assert browser.run("return document.documentElement.scrollWidth") <= width
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    tree = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    controls = [node for node in tree if node.get("role", {}).get("value") in ("button", "radio", "slider", "Video")]
    assert len(controls) >= 15
    assert [node for node in controls if not node.get("name", {}).get("value")] == []
    assert browser.complaints() == []


def test_the_switches_offer_what_the_element_has(browser: Browser, server: Server) -> None:
    from launch import Gst

    browser.driver.get(server.url)
    element = Gst.ElementFactory.make("superres")
    for name in ("tier", "look"):
        offered = browser.run(f"return [...document.querySelectorAll('input[name={name}]')].map((input) => input.value)")
        assert set(offered) == {value.value_nick for value in type(element.get_property(name)).__enum_values__.values()}


def test_state_tells_the_calls(browser: Browser, server: Server) -> None:
    browser.call(server, tier="lanczos")
    answer = "fetch('state').then((answer) => answer.text()).then(arguments[0])"
    assert re.fullmatch(r'\{"codec":"vp8","calls":1,"most":4\}\n', browser.driver.execute_async_script(answer))
