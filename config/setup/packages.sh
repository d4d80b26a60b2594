# shellcheck shell=bash
# Which Debian packages are missing, and installing them.
#
# Uses: say.sh.  Expects: setup (this folder).

package_elsewhere()
{
    case $1 in
        cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 ;;
        file:*) compgen -G "${1#file:}" >/dev/null ;;
        *) return 1 ;;
    esac
}

# packages_missing WHEN...: the names, one a line.
packages_missing()
{
    local installed when package elsewhere
    installed=$(dpkg-query -W -f '${Package} ${Status}\n' 2>/dev/null | sed -n 's/ install ok installed$//p') || true
    while read -r when package elsewhere; do
        case $when in '' | '#'*) continue ;; esac
        case " $* " in *" $when "*) ;; *) continue ;; esac
        grep -qxF -- "$package" <<<"$installed" && continue
        package_elsewhere "$elsewhere" && continue
        printf '%s\n' "$package"
    done <"$setup/packages.txt"
}

# How this user becomes root for apt-get: prints the prefix, empty for root.
become_root()
{
    [ "$(id -u)" -eq 0 ] && return 0
    if ! command -v sudo >/dev/null; then
        die "Packages are missing, you are not root, and sudo is not installed.  As root, run:
    apt-get install --no-install-recommends $*"
    fi
    if ! sudo -n true 2>/dev/null && [ ! -t 0 ]; then
        die "Packages are missing, sudo asks for a password, and there is no terminal to ask at.  Run this first:
    sudo apt-get install --no-install-recommends $*"
    fi
    echo sudo
}

# install_packages WHEN...: afterwards they are all there, or this shell has ended with the reason.
install_packages()
{
    local missing prefix log
    mapfile -t missing < <(packages_missing "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null ||
        die "This is not a Debian: please install what these Debian packages hold: ${missing[*]}"
    prefix=$(become_root "${missing[@]}")
    say "Installing ${#missing[@]} Debian packages${prefix:+ with sudo}: ${missing[*]}"
    log=$(mktemp /tmp/capnuoc-packages.XXXXXX)
    if [ -n "$prefix" ]; then
        sudo -n true 2>/dev/null || sudo -v
    fi
    # shellcheck disable=SC2086 # an empty prefix is no word
    with_progress "installing packages" "$log" $prefix bash -s -- "${missing[@]}" <"$setup/install-packages.sh" || {
        tail -n 25 -- "$log" >&2
        die "The packages could not be installed; the whole log is $log."
    }
    rm -f -- "$log"
    mapfile -t missing < <(packages_missing "$@")
    [ ${#missing[@]} -eq 0 ] || die "Still missing after the installation: ${missing[*]}"
    say "Packages are installed."
}

# node_is_new_enough: the packages pinned here load on Debian 12's Node 18.
node_is_new_enough()
{
    local version
    version=$(node --version)
    version=${version#v}
    [ "${version%%.*}" -ge 18 ] || die "Node $version is too old: 18 or newer is needed (Debian 12 has it)."
}
