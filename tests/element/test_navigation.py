"""Clicks and touches on the enlarged picture arrive at their place on the small one."""

from __future__ import annotations

import pytest
from media import Gst, GstVideo

NAVIGATION = {
    "mouse-move": lambda: GstVideo.navigation_event_new_mouse_move(101, 50, 0),
    "mouse-button-press": lambda: GstVideo.navigation_event_new_mouse_button_press(1, 101, 50, 0),
    "mouse-button-release": lambda: GstVideo.navigation_event_new_mouse_button_release(1, 101, 50, 0),
    "mouse-scroll": lambda: GstVideo.navigation_event_new_mouse_scroll(101, 50, 3, 4, 0),
    "touch-down": lambda: GstVideo.navigation_event_new_touch_down(1, 101, 50, 0.5, 0),
    "touch-motion": lambda: GstVideo.navigation_event_new_touch_motion(1, 101, 50, 0.5, 0),
    "touch-up": lambda: GstVideo.navigation_event_new_touch_up(1, 101, 50, 0),
    "by hand": lambda: Gst.Event.new_navigation(
        Gst.Structure.from_string(
            "application/x-gst-navigation, event=(string)mouse-move, button=(int)0,pointer_x=(double)101, pointer_y=(double)50"
        )[0]
    ),
}


def upstream(event: Gst.Event, scale: int = 2) -> Gst.Structure:
    """What the element upstream of superres gets of an event that came from downstream."""
    element = Gst.ElementFactory.make("superres")
    element.set_property("tier", "lanczos")
    element.set_property("scale", scale)
    source = Gst.Pad.new("source", Gst.PadDirection.SRC)
    got = []

    def take(_pad: Gst.Pad, _parent: Gst.Object, arrived: Gst.Event) -> bool:
        got.append(arrived.get_structure().copy())
        return True

    source.set_event_function_full(take)
    source.set_active(True)
    assert source.link(element.get_static_pad("sink")) == Gst.PadLinkReturn.OK
    element.set_state(Gst.State.PAUSED)
    try:
        assert element.get_static_pad("src").send_event(event)
    finally:
        element.set_state(Gst.State.NULL)
    [structure] = [s for s in got if s.get_name() == "application/x-gst-navigation"]
    return structure


@pytest.mark.parametrize("kind", NAVIGATION)
def test_coordinates_are_halved(kind: str) -> None:
    got = upstream(NAVIGATION[kind]())
    assert got.get_double("pointer_x") == (True, 50.5)
    assert got.get_double("pointer_y") == (True, 25)


@pytest.mark.parametrize("kind", NAVIGATION)
def test_coordinates_stay_where_the_size_does(kind: str) -> None:
    got = upstream(NAVIGATION[kind](), scale=1)
    assert (got.get_double("pointer_x"), got.get_double("pointer_y")) == ((True, 101), (True, 50))


def test_everything_else_of_an_event_stays() -> None:
    got = upstream(NAVIGATION["mouse-scroll"]())
    assert got.get_string("event") == "mouse-scroll"
    assert got.get_double("delta_pointer_x") == (True, 3)
    assert got.get_double("delta_pointer_y") == (True, 4)


def test_a_key_press_passes() -> None:
    got = upstream(GstVideo.navigation_event_new_key_press("space", 0))
    assert got.get_string("key") == "space"


def test_the_sender_keeps_its_event() -> None:
    """An event that somebody else holds too must not change under them."""
    event = NAVIGATION["mouse-move"]()
    upstream(event)
    assert event.get_structure().get_double("pointer_x") == (True, 101)
