"""Which built-in generator serves a frame: its look, and the one for clean or for coded video.

The scenes run in a process of their own with generators whose frames are known (conftest.BANK).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from media import Gst, Problem, caps, picture, pipeline, planes, same, samples, size, tight

WIDTH, HEIGHT = 96, 64
CONTENT = picture("GRAY8", WIDTH, HEIGHT)
SOURCE = f"appsrc name=in format=time caps={caps(WIDTH, HEIGHT, 'GRAY8')}"

InBank = Callable[..., None]


def made_by(model: str, luma: np.ndarray) -> list[np.ndarray]:
    """The frame that a test model makes of a picture of even size."""
    blocks = luma.reshape(luma.shape[0] // 2, 2, luma.shape[1] // 2, 2)
    if model == "turn":
        return [blocks[:, ::-1, :, ::-1].reshape(luma.shape)]
    chosen = {"nearest": luma.repeat(2, 0).repeat(2, 1), "first": blocks[:, 0, :, 0], "last": blocks[:, 1, :, 1]}[model]
    return [chosen if model == "nearest" else chosen.repeat(4, 0).repeat(4, 1)]


class Stream:
    """Single frames through one element."""

    def __init__(self, made: Gst.Pipeline) -> None:
        self.made, self.element = made, made.get_by_name("s")
        made.set_state(Gst.State.PLAYING)

    def frame(self, content: list[np.ndarray] = CONTENT) -> Gst.Sample:
        """One frame, in and out."""
        self.made.get_by_name("in").push_buffer(tight("GRAY8", content))
        sample = self.made.get_by_name("out").try_pull_sample(60 * Gst.SECOND)
        assert sample is not None, "no frame came out"
        return sample

    def said(self, field: str) -> str:
        """What statistics say of the latest frame."""
        return self.element.get_property("stats").get_string(field)

    def until(self, field: str, value: str) -> None:
        """Frames until statistics say so."""
        deadline = time.monotonic() + 60
        while self.said(field) != value:
            self.frame()
            assert time.monotonic() < deadline, f"{field} never became {value}"

    def warnings(self) -> list[Problem]:
        """Those that are on the bus."""
        bus, found = self.made.get_bus(), []
        while message := bus.pop_filtered(Gst.MessageType.WARNING):
            found.append(Problem.of(message))
        return found


def line(properties: str) -> str:
    return f"{SOURCE} ! superres name=s {properties} ! appsink name=out sync=false"


def one_generator_serves(properties: str, model: str, look: str, damage: str) -> None:
    with pipeline(line(properties)) as made:
        stream = Stream(made)
        same(planes(stream.frame()), made_by(model, CONTENT[0]))
        assert (stream.said("look"), stream.said("damage")) == (look, damage)
        assert stream.warnings() == []


@pytest.mark.parametrize(
    ("properties", "model", "look", "damage"),
    [
        ("damage=coded", "nearest", "faithful", "coded"),
        ("damage=clean", "first", "faithful", "clean"),
        ("look=crisp", "last", "crisp", "coded"),
        ("look=crisp damage=clean", "last", "crisp", "coded"),
        ("tier=fast damage=clean", "first", "faithful", "coded"),
        ("scale=1 damage=coded", "turn", "faithful", "coded"),
        ("scale=1 damage=clean", "turn", "faithful", "coded"),
    ],
)
def test_the_generator_of_the_properties_serves(properties: str, model: str, look: str, damage: str, in_bank: InBank) -> None:
    """Where there is none for clean video, the one for coded video serves, and nothing is said of it."""
    in_bank(one_generator_serves, properties, model, look, damage)


def another_one_takes_its_place(properties: str, model: str | None, wanted: str, used: str) -> None:
    with pipeline(line(properties)) as made:
        stream = Stream(made)
        frame = planes(stream.frame())
        [warning] = stream.warnings()
        assert f"for {wanted}," in warning.text, warning.text
        assert f"Set {used} to" in warning.text, warning.text
        assert (warning.domain, warning.code) == ("gst-resource-error-quark", int(Gst.ResourceError.SETTINGS))
        if model is not None:
            same(frame, made_by(model, CONTENT[0]))


@pytest.mark.parametrize(
    ("properties", "model", "wanted", "used"),
    [
        ("tier=fast look=crisp", "first", "tier=fast look=crisp scale=2", "tier=fast look=faithful"),
        ("tier=quality look=crisp", "last", "tier=quality look=crisp scale=2", "tier=balanced look=crisp"),
        ("tier=quality damage=coded", "nearest", "tier=quality look=faithful scale=2", "tier=balanced look=faithful"),
        ("scale=1 damage=coded look=crisp", "turn", "tier=balanced look=crisp scale=1", "tier=balanced look=faithful"),
        ("scale=1 damage=coded tier=fast", "turn", "tier=fast look=faithful scale=1", "tier=balanced look=faithful"),
    ],
)
def test_a_generator_that_is_not_built_in(properties: str, model: str, wanted: str, used: str, in_bank: InBank) -> None:
    in_bank(another_one_takes_its_place, properties, model, wanted, used)


def look_changes_while_playing() -> None:
    with pipeline(line("damage=coded")) as made:
        stream = Stream(made)
        for look, model in (("crisp", "last"), ("faithful", "nearest"), ("crisp", "last")):
            stream.element.set_property("look", look)
            stream.until("look", look)
            same(planes(stream.frame()), made_by(model, CONTENT[0]))
        assert stream.warnings() == []


def test_change_of_look_while_playing(in_bank: InBank) -> None:
    in_bank(look_changes_while_playing)


def damage_changes_while_playing() -> None:
    with pipeline(line("damage=coded")) as made:
        stream = Stream(made)
        for damage, model in (("clean", "first"), ("coded", "nearest"), ("clean", "first")):
            stream.element.set_property("damage", damage)
            same(planes(stream.frame()), made_by(model, CONTENT[0]))
            assert stream.said("damage") == damage
            assert stream.element.get_property("stats").get_double("damage-score")[1] < 0, "nothing had to be measured"


def test_change_of_damage_while_playing(in_bank: InBank) -> None:
    """Both generators are open from the start: the next frame is the other one's."""
    in_bank(damage_changes_while_playing)


def scale_changes_while_playing() -> None:
    with pipeline(line("damage=coded")) as made:
        stream = Stream(made)
        want = {scale: made_by(model, CONTENT[0]) for scale, model in ((1, "turn"), (2, "nearest"))}
        for scale in (1, 2, 1):
            stream.element.set_property("scale", scale)
            deadline = time.monotonic() + 60
            while True:
                sample = stream.frame()
                found = size(sample)[0] // WIDTH
                same(planes(sample), want[found])
                if found == scale:
                    break
                assert time.monotonic() < deadline
        assert stream.warnings() == []


def test_change_of_scale_while_playing(in_bank: InBank) -> None:
    in_bank(scale_changes_while_playing)


def the_score_decides(source: str) -> None:
    branches = " ".join(
        f"t. ! queue ! {element} ! appsink name={name} sync=false"
        for name, element in (("out", "superres name=s"), ("given", "identity"), ("plain", "superres tier=lanczos"))
    )
    with pipeline(f"{source} ! tee name=t {branches}") as made:
        made.set_state(Gst.State.PLAYING)
        frames = {name: made.get_by_name(name).try_pull_sample(60 * Gst.SECOND) for name in ("out", "given", "plain")}
        samples(made)
        stats = made.get_by_name("s").get_property("stats")
    found, score = stats.get_double("damage-score")
    assert found
    assert 0 <= score <= 1
    clean = score < 0.5
    assert stats.get_string("damage") == ("clean" if clean else "coded")
    got, given, plain = (planes(frames[name])[0] for name in ("out", "given", "plain"))
    goes_towards(got, plain, made_by("first" if clean else "nearest", given)[0])


def goes_towards(got: np.ndarray, plain: np.ndarray, generated: np.ndarray) -> None:
    """The frame is a mixture of the two, sample by sample, with one measured share for all of them."""
    departure, whole = (frame.astype(float) - plain for frame in (got, generated))
    share = (departure * whole).sum() / (whole * whole).sum()
    assert 0.1 < share < 1.01
    assert np.abs(departure - share * whole).max() < 0.6


STILL = f"videotestsrc num-buffers=4 pattern=zone-plate kx2=20 ky2=20 ! {caps(320, 240)}"
BLOCKS = (
    f"videotestsrc num-buffers=4 pattern=zone-plate kx2=20 ky2=20 ! {caps(40, 30)} ! videoscale method=nearest-neighbour ! {caps(320, 240)}"
)


@pytest.mark.parametrize("source", [STILL, BLOCKS], ids=["smooth", "blocks"])
@pytest.mark.parametrize("tags", ["", ' ! taginject tags="video-codec=(string)H.264"'], ids=["", "tagged"])
def test_the_score_of_the_first_frame_decides(source: str, tags: str, in_bank: InBank) -> None:
    """Of frames that do not change, all are served by the generator that the score asks for, whatever a decoder says."""
    in_bank(the_score_decides, source + tags)


def the_score_is_how_far_a_repair_goes() -> None:
    with pipeline(line("scale=1")) as made:
        stream = Stream(made)
        got = planes(stream.frame())[0].astype(int)
        found, share = stream.element.get_property("stats").get_double("damage-score")
    assert found
    assert 0 <= share <= 1
    repaired, given = (plane.astype(int) for plane in (made_by("turn", CONTENT[0])[0], CONTENT[0]))
    assert np.abs(got - (given + share * (repaired - given))).max() <= 0.51


def test_a_repair_goes_as_far_as_the_damage(in_bank: InBank) -> None:
    """Without damage=coded or clean the frame is a mixture of the input and its repair."""
    in_bank(the_score_is_how_far_a_repair_goes)
