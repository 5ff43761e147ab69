#!/bin/sh
# Make the virtual environment $1 from the hashed lock, with uv. Needs python3 (3.11 to 3.13) and a package index only.
set -eu
venv=$1
python=${PYTHON:-python3}

"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || {
    echo "Quire needs Python 3.11 to 3.13; $("$python" --version) is here. Name another: make PYTHON=python3.13 …" >&2
    exit 1
}
echo "Setting up $venv (once)…" >&2
uv_version=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)
version='import sys; print(sys.version_info[:2])'
if [ "$("$venv/bin/python" -c "$version" 2>/dev/null)" != "$("$python" -c "$version")" ]; then
    # Debian without python3-venv makes one without pip only; the system's pip then fetches uv into it.
    "$python" -m venv --clear "$venv" 2>/dev/null || "$python" -m venv --clear --without-pip "$venv"
fi
if [ "$("$venv/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" != "$uv_version" ]; then
    if "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
    else
        "$python" -m pip --python "$venv/bin/python" install --quiet --disable-pip-version-check "uv==$uv_version"
    fi
fi
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r requirements.lock
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation -e .
