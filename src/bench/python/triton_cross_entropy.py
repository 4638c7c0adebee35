# SPDX-License-Identifier: Apache-2.0
"""Cross-entropy as a plain Triton kernel: one program per row, one pass over the logits for the loss.

Written for comparison: the usual online log-sum-exp, no tuning beyond the size of a block.
"""

import torch
import triton
import triton.language as tl

BLOCK = 4096
WARPS = 8


@triton.jit
def _rows(
    logits,
    labels,
    losses,
    gradient,
    classes,
    scale,
    WITH_GRADIENT: tl.constexpr,
    BLOCK: tl.constexpr,
):
    row = tl.program_id(0).to(tl.int64)
    first = row * classes
    largest = float("-inf")
    total = 0.0
    for start in range(0, classes, BLOCK):
        at = start + tl.arange(0, BLOCK)
        inside = at < classes
        x = tl.load(logits + first + at, mask=inside, other=float("-inf")).to(tl.float32)
        raised = tl.maximum(largest, tl.max(x, axis=0))
        total = total * tl.exp(largest - raised) + tl.sum(tl.exp(x - raised), axis=0)
        largest = raised
    log_sum_exp = largest + tl.log(total)
    label = tl.load(labels + row)
    tl.store(losses + row, log_sum_exp - tl.load(logits + first + label).to(tl.float32))
    if WITH_GRADIENT:
        for start in range(0, classes, BLOCK):
            at = start + tl.arange(0, BLOCK)
            inside = at < classes
            x = tl.load(logits + first + at, mask=inside, other=float("-inf")).to(tl.float32)
            softmax = tl.exp(x - log_sum_exp)
            value = (softmax - tl.where(at == label, 1.0, 0.0)) * scale
            tl.store(gradient + first + at, value.to(gradient.dtype.element_ty), mask=inside)


def cross_entropy(logits, labels, gradient=None):
    """The mean loss of (N, C) logits; writes its gradient too, if a tensor for it is given."""
    rows, classes = logits.shape
    losses = torch.empty(rows, dtype=torch.float32, device=logits.device)
    _rows[(rows,)](
        logits,
        labels,
        losses,
        logits if gradient is None else gradient,
        classes,
        1.0 / rows,
        WITH_GRADIENT=gradient is not None,
        BLOCK=BLOCK,
        num_warps=WARPS,
    )
    return losses.mean()
