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

DAMPING = 1e-3  # of the mean diagonal of the inputs' second moment, added to it


def fitted(weight: Tensor, exact: Tensor, touched: Tensor) -> Tensor:
    """Weights (rows, inputs) that make of columns `touched` what `weight` makes of `exact`, by least squares."""
    samples = exact.shape[1]
    moment = _damped((touched @ touched.T).double() / samples)
    # Drawn towards the weights themselves, which is all there is to go by for inputs that are never on.
    wanted = weight.double() @ ((exact - touched) @ touched.T).double() / samples
    change = torch.linalg.solve(moment, wanted.T).T
    return weight + change.to(weight.dtype)


def mean_shift(exact: Tensor, rounded: Tensor, counted: Tensor) -> Tensor:
    """What each row of rounded sums (rows, samples) lacks on average, over the samples that count."""
    return ((exact - rounded) * counted).sum(dim=1) / counted.sum(dim=1).clamp_min(1)


def _damped(moment: Tensor) -> Tensor:
    return moment + torch.eye(len(moment), dtype=torch.double) * moment.diagonal().mean() * DAMPING


def compensated(weight: Tensor, columns: Tensor, scale: Tensor, most: int) -> Tensor:
    """Integers (rows, inputs), as float, within -most..most, for weight (rows, inputs) / scale (rows, 1).

    columns: inputs of the layer, (inputs, samples). The largest weight of a row stays at the
    end of the range, so that the row's scale can be told from the integers.
    """
    moment = _damped((columns @ columns.T).double() / columns.shape[1])
    order = moment.diagonal().argsort(descending=True)  # what weighs most is rounded first
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(moment[order][:, order]))
    onwards = torch.linalg.cholesky(inverse, upper=True).to(weight.dtype)
    exact = (weight / scale)[:, order]
    largest = exact.abs().argmax(dim=1)
    rounded = torch.empty_like(exact)
    for k in range(exact.shape[1]):
        column = exact[:, k].round().clamp(-most, most)
        column = torch.where(largest == k, most * exact[:, k].sign(), column)
        rounded[:, k] = column
        error = (exact[:, k] - column) / onwards[k, k]
        exact[:, k + 1 :] -= error[:, None] * onwards[k, k + 1 :]
    return rounded[:, order.argsort()]
