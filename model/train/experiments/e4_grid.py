"""E4: twenty-five Gaussians of sigma 0.05 on a grid: the adversarial baseline loses modes, transport none."""

from __future__ import annotations

from pathlib import Path

from . import clusters, mixtures
from .report import Report

FULL = clusters.Settings(gan=3000, distilled=4500, one_shot=2500, sliced=600)
QUICK = clusters.Settings(seeds=1, gan=800, distilled=1500, one_shot=350, sliced=200, targets=256, transport=400)


def run(quick: bool, figures: Path) -> Report:
    settings = QUICK if quick else FULL
    mixture = mixtures.grid()
    report = Report(clusters.COLUMNS)
    results = [clusters.contest(mixture, settings, report, seed) for seed in range(settings.seeds)]
    for name in (clusters.GAN, clusters.RESTLESS):
        report.worst(f"{name}: fair modes", [r[name].score.fair for r in results], high=12)
    report.worst("transport map: fair modes", [r[clusters.TRANSPORT].score.fair for r in results], low=25)
    report.worst("transport map: high quality", [r[clusters.TRANSPORT].score.quality for r in results], low=0.97)
    for name, modes, quality in (
        (clusters.DISTILLED, 25, 0.5 if quick else 0.85),
        (clusters.ONE_SHOT, 20, 0.03 if quick else 0.5),
    ):
        report.worst(f"{name}: modes found", [r[name].score.found for r in results], low=modes)
        report.worst(f"{name}: high quality", [r[name].score.quality for r in results], low=quality)
    clusters.plot(
        results[0], mixture, figures / "e4_grid.png", "E4: grid of 25, sigma 0.05", "units",
        "3000 samples each of 3 x 128 networks and of the transport map, two units between modes. A mode counts as "
        "fairly covered with a fifth of its share in samples within three sigma of it; KL is the reverse Kullback-"
        "Leibler divergence of the modes' shares, in nats. First seed.",
    )  # fmt: skip
    return report
