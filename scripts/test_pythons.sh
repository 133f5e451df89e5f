#!/bin/sh
# Installs the wheel of target/package in an environment of each other Python, and runs the tests.
#
#   test_pythons.sh
#
# The Python of .venv has run them. An environment is kept as long as its requirements are the same.
set -eu

cd "$(dirname "$0")/.."
wheel=$(echo target/package/*.whl)
tested=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
pythons=$(sh scripts/find_pythons.sh)
for python in $pythons; do
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    [ "$version" != "$tested" ] || continue
    folder=target/pythons/$version
    if ! [ "$folder/stamp" -nt requirements/dev.txt ] || ! [ "$folder/stamp" -nt requirements/demo.txt ]; then
        "$python" -m venv --clear "$folder"
        "$folder/bin/python" -m pip --quiet --disable-pip-version-check install -r requirements/dev.txt
        touch "$folder/stamp"
    fi
    "$folder/bin/python" -m pip --quiet --disable-pip-version-check install --no-index --no-deps --force-reinstall "$wheel"
    "$folder/bin/python" -m pip check
    echo "Python $version:"
    "$folder/bin/python" -m pytest --quiet -p no:cacheprovider tests/python \
        --ignore tests/python/test_site.py --ignore tests/python/test_package.py
done
