#!/bin/sh
# Installs Chromium and its driver on Debian, for the tests that look at pages in a browser.
#
# Does nothing when all is installed. Uses sudo when not root.
set -eu
# shellcheck source=docker/packages.sh
. "$(dirname "$0")/packages.sh"

if ! command -v apt-get >/dev/null; then
  die "this system has no apt-get. Install Chromium and chromedriver with your own package manager."
fi
install_packages chromium chromium-driver
