#!/bin/sh
# Installs the Debian packages that are missing: "packages.sh build run check", each a list below. As root or with
# a sudo that asks nothing it installs them; otherwise it prints the one line to type and fails.
set -eu

build="gcc make pkg-config libpq-dev libcsv-dev libxml2-dev libzip-dev zlib1g-dev libssl-dev libyaml-dev
       libjansson-dev uthash-dev libutf8proc-dev libseccomp-dev libc6-dev linux-libc-dev"
run="postgresql postgresql-client"
check="clang libclang-rt-14-dev llvm clang-format libcmocka-dev strace zip unzip xxd jq gdb man-db postgresql-common procps"

missing=""
for list in "$@"; do
    eval "packages=\$$list"
    for package in $packages; do
        state=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
        case "$state" in
        ii*) ;;
        *) missing="$missing $package" ;;
        esac
    done
done
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
echo "installing:$missing"
if [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >/dev/null 2>&1 || true
    # shellcheck disable=SC2086
    $install -q >/dev/null
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    sudo -n apt-get update -q >/dev/null 2>&1 || true
    # shellcheck disable=SC2086
    sudo -n DEBIAN_FRONTEND=noninteractive $install -q >/dev/null
else
    echo "some packages are missing and this user may not install them. Type:" >&2
    echo "    sudo $install" >&2
    exit 1
fi
