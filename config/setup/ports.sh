# shellcheck shell=bash
# The ports of one demo, all derived from one base, and who has them.
#
# Gives: wires, how many are simulated.  Expects: base.  TCP: the page at base, the simulated wires from base + 10 on.  base + 1 only names
# PostgreSQL's socket in a folder of our own, so nobody else can occupy it.

wires=8

port_use()
{
    case $(($1 - base)) in
        0) echo "the page" ;;
        10) echo "the simulated treatment plant" ;;
        11) echo "the simulated booster station" ;;
        12) echo "the simulated metered area" ;;
        13) echo "the two other simulated metered areas" ;;
        14) echo "the simulated plant of Bình Lư" ;;
        15) echo "the simulated plant of Nậm Nhùn" ;;
        16) echo "the simulated stations of Tân Uyên" ;;
        17) echo "the simulated villages" ;;
    esac
}

# listening_inode PORT: the socket that listens there on the loopback address or on every address.
listening_inode()
{
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$(printf '%04X' "$1")" '
        $4 == "0A" && substr($2, length($2) - 3) == port &&
        substr($2, 1, length($2) - 5) ~ /^0+$|0100007F$/ && !found { found = $10 }
        END { if (found) print found }' || true
}

# holder_of INODE: " by process 123 (name)" when we are allowed to see it.
holder_of()
{
    local fd pid
    for fd in /proc/[0-9]*/fd/*; do
        if [ "$(readlink "$fd" 2>/dev/null)" = "socket:[$1]" ]; then
            pid=${fd#/proc/}
            pid=${pid%%/*}
            echo " by process $pid ($(cat "/proc/$pid/comm"))"
            return 0
        fi
    done
}

# require_free PORT...: ends with one sentence per occupied port.
require_free()
{
    local port inode taken=()
    for port in "$@"; do
        inode=$(listening_inode "$port")
        if [ -n "$inode" ]; then
            taken+=("Port $port ($(port_use "$port")) is already taken$(holder_of "$inode").")
        fi
    done
    [ ${#taken[@]} -eq 0 ] && return 0
    printf '\n%s\n' "${taken[@]}" >&2
    die "Choose another base port, for example:  ./run --port $((base + 100))"
}

# wait_for_port PORT SECONDS NAME: until something listens, or the program NAME has ended.
wait_for_port()
{
    local ticks=$(($2 * 10))
    while [ -z "$(listening_inode "$1")" ]; do
        program_pid "$3" >/dev/null || return 1
        [ "$ticks" -gt 0 ] || return 1
        ticks=$((ticks - 1))
        sleep 0.1
    done
}
