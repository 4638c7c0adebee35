#!/bin/sh
# Installs an OpenCL loader and a driver on Debian and Ubuntu; the images and CI both use it.
#
#   install-opencl.sh pocl      pocl, which runs OpenCL on the CPU (the default)
#   install-opencl.sh nvidia    the loader, and the file that leads it to NVIDIA's driver; the
#                               driver itself comes from the host (NVIDIA Container Toolkit)
#
# Does nothing when all is installed. Uses sudo when not root.
set -eu
# shellcheck source=docker/packages.sh
. "$(dirname "$0")/packages.sh"

nvidia_icd=/etc/OpenCL/vendors/nvidia.icd

driver=${1:-pocl}
case $driver in
  pocl | nvidia) ;;
  *) die "unknown driver '$driver'; usage: install-opencl.sh [pocl|nvidia]" ;;
esac

if ! command -v apt-get >/dev/null; then
  die "this system has no apt-get. Install an OpenCL ICD loader and, for the CPU, pocl with your" \
    "own package manager (Fedora: dnf install pocl ocl-icd; macOS: brew install pocl)."
fi

case $driver in
  pocl)
    install_packages ocl-icd-libopencl1 pocl-opencl-icd
    ;;
  nvidia)
    install_packages ocl-icd-libopencl1
    if [ ! -e "$nvidia_icd" ]; then
      as_root mkdir -p "${nvidia_icd%/*}"
      echo libnvidia-opencl.so.1 | as_root tee "$nvidia_icd" >/dev/null
    fi
    ;;
esac
