"""Rounding of a layer's weights to integers by what it does to the layer's output.

Each weight that is rounded makes an error in the output; the weights not yet rounded are moved
so that they make up for as much of it as they can on given inputs (GPTQ, Frantar et al.,
arXiv:2210.17323, after optimal brain surgeon). Before that, a layer's weights are fitted to make of
inputs that rounding has touched what they made of the exact ones: so each layer also makes up for
those before it. A generator loses a fifth as much as by rounding each weight to the nearest
integer, and the training in eight bits begins there.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .neighbours import Limits

DAMPING = 1e-3  # of the mean diagonal of the inputs' second moment, added to it
OFF = 0.01  # what a sample counts that does not count: it would, if rounding brought it in


def moments(columns: Tensor, counted: Tensor | None = None) -> Tensor:
    """Damped second moments of columns (inputs, samples): (1, inputs, inputs), or one for each row of counted.

    counted: (rows, samples), which samples count in a row, such as those that ReLU lets through; all without.
    """
    overall = (columns @ columns.T).double()
    if counted is None:
        return _damped(overall[None] / columns.shape[1])
    found = []
    for row in counted:
        inside = columns[:, row]
        total = (1.0 - OFF) * int(row.sum()) + OFF * columns.shape[1]
        found.append(((1.0 - OFF) * (inside @ inside.T).double() + OFF * overall) / total)
    return _damped(torch.stack(found))


def fitted(weight: Tensor, exact: Tensor, touched: Tensor, moments: Tensor, counted: Tensor | None = None) -> Tensor:
    """Weights (rows, inputs) that make of columns `touched` what `weight` makes of `exact`, by least squares.

    moments: those of `touched`, by the same `counted`.
    """
    # Drawn towards the weights themselves, which is all there is to go by for inputs that are never on.
    missing = weight @ (exact - touched)
    share = torch.full_like(missing, 1.0) if counted is None else counted.to(weight.dtype).clamp_min(OFF)
    wanted = ((missing * share) @ touched.T).double() / share.sum(dim=1, keepdim=True)
    change = torch.linalg.solve(moments, wanted[:, :, None])[:, :, 0]
    return weight + change.to(weight.dtype)


def mean_shift(exact: Tensor, rounded: Tensor, counted: Tensor) -> Tensor:
    """What each row of rounded sums (rows, samples) lacks on average, over the samples that count."""
    return ((exact - rounded) * counted).sum(dim=1) / counted.sum(dim=1).clamp_min(1)


def _damped(moments: Tensor) -> Tensor:
    diagonal = moments.diagonal(dim1=1, dim2=2).mean(dim=1)
    return moments + torch.eye(moments.shape[1], dtype=torch.double) * diagonal[:, None, None] * DAMPING


def compensated(exact: Tensor, moments: Tensor, limits: Limits, places: int) -> Tensor:
    """Integers (rows, inputs), as float, within the limits, for weights in units of their scale.

    moments: those of the layer's inputs, see moments(). inputs: each channel's `places`, one after another.
    """
    rows, inputs = exact.shape
    order = moments.diagonal(dim1=1, dim2=2).argsort(dim=1, descending=True)  # what weighs most is rounded first
    moments = moments.gather(1, order[:, :, None].expand(-1, -1, inputs))
    moments = moments.gather(2, order[:, None, :].expand(-1, inputs, -1))
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(moments))
    onwards = torch.linalg.cholesky(inverse, upper=True).to(exact.dtype)
    order = order.expand(rows, -1)
    at = torch.arange(inputs)
    neighbour = (at // places ^ 1) * places + at % places
    exact = exact.gather(1, order)
    rounded = torch.zeros_like(exact)
    for k in range(inputs):
        where = order[:, k : k + 1]
        beside = rounded.gather(1, neighbour[where])[:, 0]
        most = (limits.both - beside.clamp_min(0)).clamp_max(limits.one)
        least = (-limits.both - beside.clamp_max(0)).clamp_min(-limits.one)
        column = exact[:, k].round().clamp(least, most)
        rounded.scatter_(1, where, column[:, None])
        error = (exact[:, k] - column) / onwards[:, k, k]
        exact[:, k + 1 :] -= error[:, None] * onwards[:, k, k + 1 :]
    return rounded
