# shellcheck shell=bash
# Where things go, and who owns them.  The clone is the first choice; what cannot be there goes to a folder
# named after the clone's path, and we say so.  Nothing outside build/ and var/ ever changes its owner.
#
# Uses: say.sh, account.sh.  Expects: top (the clone).  Sets: state, builder, build, account.

state=
demo_mark=.capnuoc-demo

# One name per clone: two clones never share a folder.
clone_id()
{
    printf '%s' "$top" | sha256sum | cut -c1-12
}

owner_of()
{
    stat -c %U -- "$1"
}

# The folder outside the clone: root's is the system's, a user's is in the home, or in /var/tmp without one.
place_elsewhere()
{
    local home=${XDG_STATE_HOME:-$HOME/.local/state}
    if am_root; then
        echo "/var/lib/capnuoc-demo/$(clone_id)"
    elif mkdir -p -- "$home" 2>/dev/null && [ -w "$home" ]; then
        echo "$home/capnuoc-demo/$(clone_id)"
    else
        echo "/var/tmp/capnuoc-demo-$(id -u)/$(clone_id)"
    fi
}

# The account root's programs run under: whoever owns FOLDER from an earlier start by a user, else capnuoc.
account_for()
{
    local owner
    am_root || return 0
    if [ -d "$1" ]; then
        owner=$(owner_of "$1")
        if [ "$owner" != root ] && [ "$owner" != UNKNOWN ]; then
            account=$owner
            return 0
        fi
    fi
    choose_account capnuoc
}

account_can_use()
{
    as_account test -d "$1" -a -w "$1" -a -x "$1" && [ "$(owner_of "$1")" = "$account" ]
}

# A state folder is ours when it bears the mark; an empty one may become ours.
prepare_state()
{
    [ -e "$1/$demo_mark" ] && return 0
    if [ -d "$1" ] && [ -n "$(ls -A -- "$1")" ]; then
        return 1
    fi
    own_folder "$1" 755 2>/dev/null || return 1
    as_account test -w "$1" -a -x "$1" || return 1
    account_write "$1/$demo_mark" <<<"State of the capnuoc demo of the clone $top"
}

# choose_state make|look: sets state; with look nothing is made, and state may name a folder that is not there.
choose_state()
{
    local first=$top/var reason
    account_for "$first"
    if [ -d "$first" ] && [ -e "$first/$demo_mark" ] && account_can_use "$first"; then
        state=$first
        return 0
    fi
    if [ -e "$first/$demo_mark" ]; then
        reason="$first belongs to '$(owner_of "$first")'"
    elif ! as_account test -x "$top"; then
        reason="the account '$account' cannot reach $top"
    elif [ "$1" = look ] || prepare_state "$first"; then
        state=$first
        return 0
    else
        reason="$first cannot be used by '$account'"
    fi
    state=$(place_elsewhere)/var
    if [ "$1" = look ] && [ ! -d "$state" ]; then
        say "Note: $reason."
        return 0
    fi
    say "Note: $reason, so this demo keeps its state in $state"
    if [ "$1" = make ] && am_root; then
        install -d -m 755 -- "$(dirname -- "$(place_elsewhere)")" "$(place_elsewhere)"
    fi
    [ "$1" = look ] || prepare_state "$state" || die "The folder $state cannot be made for the account '$account'."
}

# choose_build NAME: sets build (a folder the builder owns) and builder (who compiles).  Root compiles as root,
# unless build/ is a user's: then as that user, who must be able to go on with it afterwards.
choose_build()
{
    local first=$top/build
    builder=$(id -un)
    if am_root && [ -d "$first" ] && [ "$(owner_of "$first")" != root ] && [ "$(owner_of "$first")" != UNKNOWN ]; then
        builder=$(owner_of "$first")
        say "Note: $first belongs to '$builder': compiling as '$builder'."
    fi
    build=$first/$1
    if as_builder mkdir -p -- "$build" 2>/dev/null && { am_root || [ -O "$build" ]; }; then
        return 0
    fi
    build=$(place_elsewhere)/build/$1
    say "Note: $first is not yours to write: compiling in $build"
    as_builder mkdir -p -- "$build" || die "The folder $build cannot be made."
}

# as_builder COMMAND...
as_builder()
{
    if [ "$builder" = "$(id -un)" ]; then
        "$@"
    else
        local account=$builder
        as_account "$@"
    fi
}
