#!/usr/bin/env bash
# Builds the wheel, installs it alone in a fresh environment in an empty folder and runs the demo there.
set -euo pipefail
builder=$1
checkout=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$builder" -m build --wheel --no-isolation --outdir "$folder/dist" . >"$folder/build.log" || {
    cat "$folder/build.log" >&2
    exit 1
}
wheel=$(echo "$folder"/dist/adamline-*.whl)

# The lock's versions without its hashes: pip takes hashes only where the wheel's own requirements are pinned.
# The wheel names what it needs and the lock only fixes versions, so a requirement left undeclared shows here.
sed -n 's/^\([a-z0-9].*==[^\\]*\).*/\1/p' requirements.lock >"$folder/versions.txt"
"$builder" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check -c "$folder/versions.txt" "$wheel"

mkdir "$folder/empty"
cd "$folder/empty"
unset PYTHONPATH
"$folder/venv/bin/adamline" demo --out demo

case $("$folder/venv/bin/python" -c 'import adamline; print(adamline.__file__)') in
"$checkout"/*)
    echo "the demo ran from the checkout, not from the wheel" >&2
    exit 1
    ;;
esac
for kind in 'adam/*.xpt' 'tlf/*.docx' manifest.json; do
    compgen -G "demo/$kind" >/dev/null || {
        echo "the wheel's demo ended without demo/$kind" >&2
        exit 1
    }
done
echo "The wheel's demo made $(find demo -type f | wc -l) files"
