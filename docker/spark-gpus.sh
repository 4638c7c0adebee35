#!/bin/sh
# Tells Spark the GPUs of a machine by their PCI addresses, by which OpenCL finds them again. It is
# for spark.worker.resource.gpu.discoveryScript and spark.executor.resource.gpu.discoveryScript.
set -eu
addresses=$(nvidia-smi --query-gpu=pci.bus_id --format=csv,noheader |
  sed -e 's/[[:space:]]//g' -e '/^$/d' -e 's/.*/"&"/' | paste -sd, -)
printf '{"name": "gpu", "addresses": [%s]}\n' "$addresses"
