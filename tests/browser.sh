#!/bin/sh
# Sees to it that a Chromium is there for the browser tests. Debian's package is used, because
# Playwright's own download is not to be had everywhere. Set CHROMIUM to use another one.
set -eu
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
    [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ]; then sudo=""; elif command -v sudo >/dev/null 2>&1; then sudo="sudo -n"; else sudo="none"; fi
if [ "$sudo" = none ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "No Chromium was found and none can be installed: the browser tests will be left out." >&2
    exit 0
fi
echo "Installing Chromium for the browser tests."
{ $sudo apt-get update -q && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends chromium fonts-dejavu-core; } >/tmp/chromium-install.log 2>&1 ||
    { tail -n 5 /tmp/chromium-install.log >&2; echo "Chromium could not be installed: the browser tests will be left out." >&2; }
