#!/bin/sh
# Installs ripgrep, which the intake is measured against, where Debian's packages are to be had.
set -u
if [ "$(id -u)" = 0 ]; then sudo=""; elif command -v sudo >/dev/null 2>&1; then sudo="sudo -n"; else exit 1; fi
command -v apt-get >/dev/null 2>&1 || exit 1
{ $sudo apt-get update -q && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -yq ripgrep; } >/dev/null 2>&1
