#!/usr/bin/env bash
# Builds verifier.wasm from the Rust sources.
#   build.sh           build and write verifier.wasm and verifier.sha256
#   build.sh --check   build and compare with what is committed, byte for byte
# Needs rustup with the toolchain below; the bytes depend on the compiler, so it is pinned.
# The build folder is $EMEND_CACHE, or ~/.cache/emend.
set -euo pipefail

toolchain=1.95.0
target=wasm32-unknown-unknown

cd "$(dirname "$0")"
cache=${EMEND_CACHE:-$HOME/.cache/emend}/verifier-wasm
mkdir -p "$cache"

hashes() {
  # Every file that decides the bytes, then the bytes themselves.
  LC_ALL=C sha256sum build.sh Cargo.toml Cargo.lock $(find src -name "*.rs" | sort) verifier.wasm
}

if ! rustup target list --toolchain $toolchain --installed 2>/dev/null | grep -qx $target; then
  rustup toolchain install $toolchain --profile minimal --target $target ||
    { echo "build.sh: cannot install Rust $toolchain with $target; add it by hand" >&2; exit 1; }
fi

# Every runtime has 128-bit lanes. Inlining less than usual costs no time and saves a tenth of the bytes.
flags="-Ctarget-feature=+simd128 -Cllvm-args=-inline-threshold=100"
flags+=" -Clink-arg=--max-memory=268435456 -Clink-arg=-zstack-size=1048576"
# Panic messages hold file names: take this machine's folders out of them.
flags+=" --remap-path-prefix=$PWD=/verifier"
rustup run $toolchain cargo fetch --quiet --locked --target $target
for folder in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
  flags+=" --remap-path-prefix=$folder=/crates"
done
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=$flags
export CARGO_TARGET_DIR=$cache
rustup run $toolchain cargo build --quiet --locked --release --lib --target $target
built=$cache/$target/release/emend_verifier.wasm

if [ "${1:-}" = --check ]; then
  cmp "$built" verifier.wasm
  hashes | diff - verifier.sha256
  echo "verifier.wasm is what its sources build"
else
  cp "$built" verifier.wasm
  chmod 644 verifier.wasm
  hashes > verifier.sha256
  ls -l verifier.wasm
fi
