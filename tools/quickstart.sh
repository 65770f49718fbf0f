#!/bin/sh
# SPDX-License-Identifier: MIT
# tools/quickstart.sh - install what the build needs, build, run examples/quickstart on SQLite with
# every SQL statement shown.  Needs a C compiler and make.  Run again it installs and rebuilds
# nothing.
source=$(cd "$(dirname "$0")/.." && pwd) || exit 1
. "$source/tools/setup.sh"

build=$source/build/quickstart
setup_packages build
setup_build "$source" "$build"
say "running examples/quickstart on SQLite"
LODE_PLUGIN_PATH=$build/plugins/sqlite/.libs
export LODE_PLUGIN_PATH
exec "$build/examples/quickstart" "${1:-sqlite:///:memory:?echo=1}"
