#!/bin/sh
# Install chromium from Debian's packages where that may be done, else say what to do.
set -eu
if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root="none"
fi
if [ "$as_root" = none ] || ! command -v apt-get >/dev/null; then
    echo "The browser tests need chromium on the PATH. Install it (Debian: sudo apt-get install chromium), then try again." >&2
    exit 1
fi
$as_root apt-get update -q
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium
