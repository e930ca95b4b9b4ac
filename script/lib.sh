# Sourced by the scripts beside it: where we are, how to install a system package, how to explain oneself.

self="$(cd "$(dirname "$0")" && pwd)/$(basename "$0")"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
cd "$root"

# Tests and the demo start dozens of processes: each would compile the whole program for itself.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$*"
    exit 1
}

# Print the comment at the top of the calling script and stop, when that is what was asked for.
explain() {
    case "${1:-}" in
        -h | --help)
            sed -n '2,/^$/s/^# \{0,1\}//p' "$self"
            exit 0
            ;;
    esac
}

# apt_install PACKAGE…: as root, or through sudo where it asks for no password; fails otherwise.
apt_install() {
    local as_root=()
    command -v apt-get >/dev/null || return 1
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n)
    fi
    say "installing $*"
    "${as_root[@]}" apt-get update -qq >&2 </dev/null || return 1
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" >&2 </dev/null
}
