#!/bin/sh
# Builds target/loss4j.jar and target/lib, without tests; needs a JDK 25. The images and the launcher
# use it.
set -eu
cd "$(dirname "$0")/.."
exec ./mvnw -B -q -ntp -Pquick package
