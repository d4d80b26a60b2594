# shellcheck shell=bash
# What every script here starts with: a known environment, and plain words with the time they took.
#
# The caller's environment is not trusted to be there (env -i), to be English, or to name a locale
# that exists: messages of other programs are read by these scripts, so they always speak C.UTF-8.

export LC_ALL=C.UTF-8
unset LANG LANGUAGE CDPATH GREP_OPTIONS
unset PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGSERVICE PGDATA PGOPTIONS
export PATH="${PATH:-}${PATH:+:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export TZ=UTC
if [ -z "${HOME:-}" ]; then
    HOME=$(getent passwd "$(id -u)" | cut -d: -f6)
    export HOME="${HOME:-/tmp}"
fi

# tell FORMAT...: to whoever listens.  The reader of our output may be gone (./run | tee log, and Ctrl-C ends
# both): that is no reason to stop stopping things.
tell()
{
    # shellcheck disable=SC2059 # the format is the caller's
    printf "$@" 2>/dev/null || true
}

# SECONDS counts from the start of the shell.
say()
{
    tell '[%3d s] %s\n' "$SECONDS" "$*"
}

warn()
{
    tell '[%3d s] %s\n' "$SECONDS" "$*" >&2
}

die()
{
    tell '\n%s\n' "$*" >&2
    exit 1
}

# random_word: 48 hexadecimal digits (192 bits); no character of it ever needs quoting.
random_word()
{
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

# write_secret FILE: standard input into FILE, which nobody else can read at any moment.
write_secret()
{
    (umask 077 && cat >"$1.new" && mv -f -- "$1.new" "$1")
}

# with_progress WHAT LOG COMMAND...: runs it with its output in LOG, and says every ten seconds that it
# still runs, with the last thing it said.  Its exit status is the command's; standard input is handed on.
with_progress()
{
    local what=$1 log=$2 pid ticks=0 status=0
    shift 2
    (
        # A shell makes its background jobs deaf to Ctrl-C; this one should end with us.
        trap - INT QUIT PIPE
        "$@"
    ) <&0 >>"$log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2
        ticks=$((ticks + 1))
        if [ $((ticks % 50)) -eq 0 ]; then
            say "... $what: $(tail -n 1 -- "$log" | tr -d '\r' | cut -c1-80)"
        fi
    done
    wait "$pid" || status=$?
    return "$status"
}
