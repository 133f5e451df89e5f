#!/bin/sh
# Finds a Python of each version that palabre is tested on, and prints their paths, one a line.
#
#   find_pythons.sh
#
# Looks on PATH and where pyenv keeps its versions. What was found is said on standard error.
set -u

found=
missing=
for version in 3.11 3.12 3.13; do
    path=
    for candidate in "python$version" python3 python "${PYENV_ROOT:-$HOME/.pyenv}/versions/$version".*/bin/python; do
        # The free-threaded builds do not load abi3 wheels.
        path=$("$candidate" -c "
import ensurepip, sys, sysconfig, venv
if '%d.%d' % sys.version_info[:2] == '$version' and not sysconfig.get_config_var('Py_GIL_DISABLED'):
    print(sys.executable)
" 2>/dev/null) && [ -n "$path" ] && break
        path=
    done
    if [ -n "$path" ]; then
        found="$found $version"
        echo "$path"
    else
        missing="$missing $version"
    fi
done
printf 'Pythons found:%s; not found:%s\n' "${found:- none}" "${missing:- none}" >&2
