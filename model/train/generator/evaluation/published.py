"""Published figures for doubling: luma PSNR in dB on Set5, Set14 and B100, MATLAB's bicubic, border 2.

Each was trained for clean pictures and computes in float32; ours has eight bits. Papers differ by up to
0.07 dB in what they state for bicubic itself, so gains over bicubic compare best.
"""

from __future__ import annotations

from dataclasses import dataclass

SETS = ("Set5", "Set14", "B100")


@dataclass(frozen=True)
class Published:
    """One row: multiply-accumulates in thousands an input pixel, (PSNR, SSIM) by set, None where not stated."""

    name: str
    kilo_macs: float
    scores: tuple[tuple[float, float | None] | None, ...]
    source: str


FIGURES = (
    Published("bicubic", 0, ((33.66, 0.9299), (30.24, 0.8688), (29.56, 0.8431)), "VDSR, arXiv:1511.04587, table 3"),
    Published("RAISR", 0.5, ((36.15, 0.951), (32.13, 0.902), None), "arXiv:1606.01299"),
    Published("SRCNN 9-5-5", 229, ((36.66, 0.9542), (32.42, 0.9063), (31.36, 0.8879)), "arXiv:1501.00092"),
    Published(
        "ESPCN 64-32, retrained", 21.3, ((36.64, 0.9532), (32.46, 0.9067), (31.32, None)), "eSR, arXiv:2108.10335"
    ),
    Published("ECBSR-M4C8", 2.8, ((36.93, 0.9577), (32.51, 0.9107), (31.44, 0.8932)), "ACM MM 2021"),
    Published("FSRCNN 56-12-4", 12.6, ((37.00, 0.9558), (32.63, 0.9088), (31.53, 0.8920)), "arXiv:1608.00367"),
    Published("SESR-M3", 8.9, ((37.21, 0.9577), (32.70, 0.9100), (31.56, 0.8920)), "arXiv:2103.09404"),
    Published("ECBSR-M4C16", 10.2, ((37.33, 0.9593), (32.81, 0.9129), (31.66, 0.8961)), "ACM MM 2021"),
    Published("SESR-M5", 13.5, ((37.39, 0.9585), (32.84, 0.9115), (31.70, 0.8938)), "arXiv:2103.09404"),
    Published("VDSR", 665, ((37.53, 0.9587), (33.03, 0.9124), (31.90, 0.8960)), "arXiv:1511.04587"),
    Published("SESR-M11", 27.3, ((37.58, 0.9593), (33.03, 0.9128), (31.85, None)), "arXiv:2103.09404"),
)


def rows(folder: str) -> list[tuple[str, float, float, float | None, str]]:
    """(name, thousands of multiply-accumulates, PSNR, SSIM, source) of those that state this set."""
    if folder not in SETS:
        return []
    place = SETS.index(folder)
    return [(f.name, f.kilo_macs, *score, f.source) for f in FIGURES if (score := f.scores[place]) is not None]
