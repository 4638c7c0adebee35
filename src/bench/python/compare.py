#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Cross-entropy on an NVIDIA GPU: PyTorch and Triton beside `loss4j bench` on the same one.

    src/bench/python/compare.py --loss4j ./loss4j > target/gpu.md

needs Python 3.9, PyTorch with CUDA (which brings Triton), and OpenCL of the same GPU. For each shape and
type, `loss4j bench` runs before PyTorch and again after it, so that a GPU which grows warm does so
for both. All times are wall-clock times from the call to the finished result; ratios are of medians.
Inputs of PyTorch and Triton lie on the GPU; `upload` is what it takes to bring them there, which
loss4j's times include where its inputs lie in the host's memory.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time

SHAPES = ["8192x50257", "4096x128256", "16384x32000", "1000000x10", "65536x1000", "64x262144"]
DTYPES = ["f32", "bf16"]
PEERS = ["eager", "compile", "Triton"]


def loss4j(command, backend, shape, dtype, rounds):
    """What `loss4j bench --json` says of one input: its limits and {direction: result}."""
    line = [*command, "bench", "--json", "--backend", backend, "--op", "cross_entropy"]
    line += ["--shape", shape, "--dtype", dtype, "--rounds", str(rounds)]
    report = json.loads(subprocess.run(line, check=True, stdout=subprocess.PIPE).stdout)
    return report["device"], report["limits"], {r["direction"]: r for r in report["results"]}


def interleaved(calls, rounds, finish):
    """The median seconds of each of the named calls, in rounds that take turns."""
    times = {name: [] for name in calls}
    for call in calls.values():
        for _ in range(3):
            call()
        finish()
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            finish()
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def torch_calls(shape, dtype):
    """The computations by direction and name, and the upload, which neither direction includes."""
    import torch
    import torch.nn.functional as functional

    import triton_cross_entropy

    rows, classes = map(int, shape.split("x"))
    generator = torch.Generator(device="cuda").manual_seed(1)
    kind = {"f32": torch.float32, "bf16": torch.bfloat16}[dtype]
    logits = torch.randn(rows, classes, generator=generator, device="cuda").mul_(4).to(kind)
    labels = torch.randint(classes, (rows,), generator=generator, device="cuda")
    tracked = logits.detach().clone().requires_grad_()
    gradient = torch.empty_like(logits)
    host = logits.to("cpu").pin_memory()
    compiled = torch.compile(functional.cross_entropy)

    def backward(function):
        return torch.autograd.grad(function(tracked, labels), tracked)[0]

    expected = functional.cross_entropy(logits.float(), labels).item()
    computed = triton_cross_entropy.cross_entropy(logits, labels, gradient).item()
    if abs(computed - expected) > 1e-3 * abs(expected):
        raise SystemExit(f"Triton computes {computed}, PyTorch {expected}")
    largest = (gradient.float() - backward(functional.cross_entropy).float()).abs().max().item()
    if largest > 1e-2 / rows:
        raise SystemExit(f"gradients of Triton and PyTorch differ by {largest}")

    return {
        "forward": {
            "eager": lambda: functional.cross_entropy(logits, labels),
            "compile": lambda: compiled(logits, labels),
            "Triton": lambda: triton_cross_entropy.cross_entropy(logits, labels),
            "upload": lambda: logits.copy_(host, non_blocking=True),
        },
        "forward_backward": {
            "eager": lambda: backward(functional.cross_entropy),
            "compile": lambda: backward(compiled),
            "Triton": lambda: triton_cross_entropy.cross_entropy(logits, labels, gradient),
        },
    }


def row(shape, dtype, direction, results, seconds):
    """A line of the table: loss4j's own figures and the others' times over its time."""
    own = statistics.median(result["seconds"] for result in results)
    limit = statistics.median(result["fractionOfLimit"] for result in results)
    cells = [shape, dtype.upper(), direction.replace("_backward", " + gradient")]
    cells += [f"{own * 1e3:.3f} ms", f"{100 * limit:.0f} %"]
    cells += [f"{seconds[peer] / own:.2f}" for peer in PEERS]
    cells.append(f"{seconds['upload'] / own:.2f}" if "upload" in seconds else "")
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--loss4j", default="./loss4j", help="the launcher; default: %(default)s")
    parser.add_argument("--backend", default="opencl", help="default: %(default)s")
    parser.add_argument("--shape", action="append", help="ROWSxCLASSES; default: six usual ones")
    parser.add_argument("--dtype", action="append", choices=DTYPES, help="default: both")
    parser.add_argument("--rounds", type=int, default=15, help="default: %(default)s")
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        sys.exit("PyTorch is not installed")
    if not torch.cuda.is_available():
        sys.exit("PyTorch sees no GPU")

    command = [options.loss4j]
    print(f"PyTorch {torch.__version__}, {torch.cuda.get_device_name()}, CUDA {torch.version.cuda}\n")
    heads = ["shape", "type", "direction", "loss4j", "of its limit"]
    heads += [f"{peer} : loss4j" for peer in PEERS] + ["upload : loss4j"]
    print("| " + " | ".join(heads) + " |")
    print("|" + "---|" * len(heads), flush=True)
    for shape in options.shape or SHAPES:
        for dtype in options.dtype or DTYPES:
            device, _, before = loss4j(command, options.backend, shape, dtype, options.rounds)
            seconds = {
                direction: interleaved(calls, options.rounds, torch.cuda.synchronize)
                for direction, calls in torch_calls(shape, dtype).items()
            }
            torch.cuda.empty_cache()
            _, limits, after = loss4j(command, options.backend, shape, dtype, options.rounds)
            for direction in ("forward", "forward_backward"):
                results = [before[direction], after[direction]]
                print(row(shape, dtype, direction, results, seconds[direction]), flush=True)
    print(f"\nloss4j: {device}, {json.dumps(limits)}")


if __name__ == "__main__":
    main()
