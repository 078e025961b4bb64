"""What is compared: plain enlargements, networks alone, and the element with its properties."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from .. import upscalers
from ..upscalers import ROOT, Upscaler

BICUBIC, LANCZOS, DECODED = "bicubic", "lanczos", "decoded"
ELEMENT = "superres"


@dataclass(frozen=True)
class Way:
    """One way to enlarge (scale 2) or to repair (scale 1) pictures.

    `text` is "bicubic", "lanczos", "decoded" (left as it is), the path of an ONNX file, or properties of the element
    as gst-launch-1.0 takes them ("" are its defaults).
    """

    text: str
    scale: int = 2
    build: Path = ROOT / "build"

    @property
    def name(self) -> str:
        """As it stands in tables."""
        if self.text in (BICUBIC, LANCZOS, DECODED):
            return self.text
        if self.is_network:
            path = Path(self.text)
            return path.stem if path.parent.name in ("", "weights") else f"{path.parent.name}/{path.stem}"
        return self.text or ELEMENT

    @property
    def is_network(self) -> bool:
        """Whether this is a file alone; properties may end in model=FILE.onnx too."""
        return self.text.endswith(".onnx") and "=" not in self.text

    def __call__(self, pictures: list[upscalers.Planes]) -> list[upscalers.Planes]:
        return _upscaler(self)(pictures)


@functools.lru_cache(maxsize=16)
def _upscaler(way: Way) -> Upscaler:
    if way.text == DECODED:
        return lambda pictures: pictures
    if way.text in (BICUBIC, LANCZOS):
        return upscalers.plain(way.text)
    if way.is_network:
        return upscalers.session(Path(way.text))
    properties = way.text
    if way.scale == 1 and "scale=" not in properties:
        properties = f"{properties} scale=1".strip()
    return upscalers.element(way.build, properties, way.scale)


PLAIN = (Way(BICUBIC), Way(LANCZOS))
UNTOUCHED = (Way(DECODED, 1),)
