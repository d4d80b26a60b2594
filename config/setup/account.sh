# shellcheck shell=bash
# Which account the programs run under.  PostgreSQL and capnuocd both refuse to run as root, so root
# starts them under an account without rights; anybody else starts them under their own.
#
# Uses: say.sh.  Sets: account.

account=$(id -un)

am_root()
{
    [ "$EUID" -eq 0 ]
}

# choose_account NAME: as root, NAME becomes the account, made when missing; otherwise nothing changes.
choose_account()
{
    am_root || return 0
    account=$1
    getent passwd "$account" >/dev/null && return 0
    say "Creating the system account '$account' (no password, no shell): the programs will run under it."
    # Two helpers may create it at once: what counts is that it is there afterwards.
    useradd --system --user-group --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin "$account" 2>/dev/null || true
    getent passwd "$account" >/dev/null || die "The account '$account' could not be created."
}

# account_home: a folder programs may take for their home; a system account may have none.
account_home()
{
    local home
    home=$(getent passwd "$account" | cut -d: -f6)
    if [ -d "$home" ]; then
        echo "$home"
    else
        echo /tmp
    fi
}

# exec_as_account COMMAND...: in place of this shell, so that its process id is the command's.
exec_as_account()
{
    if ! am_root; then
        exec "$@"
    fi
    exec setpriv --reuid="$account" --regid="$(id -g "$account")" --init-groups -- \
        env HOME="$(account_home)" USER="$account" LOGNAME="$account" "$@"
}

# as_account COMMAND...: runs it under the account, the environment otherwise kept.
as_account()
{
    (exec_as_account "$@")
}

# own_folder FOLDER MODE: makes FOLDER and gives it to the account.
own_folder()
{
    mkdir -p -- "$1"
    chmod "$2" -- "$1"
    if am_root; then
        chown "$account:" -- "$1"
    fi
}

# account_write FILE, account_append FILE: standard input into a file of the account's own, unreadable by
# others.  Never by a redirection of root's, which would follow a link the account had put there.
account_write()
{
    (umask 077 && as_account tee -- "$1" >/dev/null)
}

account_append()
{
    (umask 077 && as_account tee -a -- "$1" >/dev/null)
}
