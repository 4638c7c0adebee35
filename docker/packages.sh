# For the scripts that install packages on Debian and Ubuntu, which source it.
# shellcheck shell=sh

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "needs root for: $*; run it as root, or install sudo."
  fi
}

installed() {
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || return 1
  done
}

# Does nothing when all are installed. Uses sudo when not root.
install_packages() {
  if installed "$@"; then
    echo "${0##*/}: already installed: $*"
    return
  fi
  as_root apt-get -qq update
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends "$@"
}
