#!/usr/bin/env bash
# The honest trial of "a bare Debian 12": a fresh debootstrap, nothing in it but what Debian calls minimal.
#   bare-debian.sh root|user BASE [COMMAND...]
# As root, with the network.  root: the clone is in /root, which the account cannot reach.  user: a user with
# sudo, and a path with a space and diacritics.  COMMAND replaces the trial (for looking around: bash).
# CAPNUOC_TRIAL_TREE   the tree to try, instead of the one this file is in
# CAPNUOC_TRIAL_ROOT   a debootstrap made earlier, copied instead of made again
# shellcheck disable=SC2016 # what is in single quotes is expanded inside
set -euo pipefail

here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
tree=${CAPNUOC_TRIAL_TREE:-$(cd -- "$here/../.." && pwd -P)}
who=${1:?root or user}
base=${2:?a base port}
shift 2
export LC_ALL=C.UTF-8

make_debian()
{
    if [ -n "${CAPNUOC_TRIAL_ROOT:-}" ]; then
        cp -a -- "$CAPNUOC_TRIAL_ROOT/." "$root/"
    else
        debootstrap --variant=minbase bookworm "$root" >"$root.log" 2>&1 || {
            tail -n 20 "$root.log" >&2
            return 1
        }
    fi
    cp -- /etc/resolv.conf "$root/etc/resolv.conf"
    # Where the network's own certificate authority stands between us and npm, the machine knows it.
    if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
        mkdir -p -- "$root/opt"
        cp -- "$NODE_EXTRA_CA_CERTS" "$root/opt/ca.crt"
    fi
}

# inside COMMAND...: in the chroot, with its own processes, which all end with it, and no environment.
inside()
{
    env -i ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/opt/ca.crt} \
        unshare --mount --pid --fork --kill-child -- bash -c '
        export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t tmpfs tmpfs "$1/run" || exit 1
        root=$1
        shift
        exec chroot "$root" "$@"' bash "$root" "$@"
}

copy_tree()
{
    mkdir -p -- "$root$1"
    tar -C "$tree" --exclude=./build --exclude=./var --exclude=./.git --exclude=node_modules -cf - . |
        tar -C "$root$1" --no-same-owner -xf -
}

prepare_root()
{
    clone=/root/capnuoc
    chmod 700 "$root/root"
    copy_tree "$clone"
    as_who=(bash -c 'cd "$0" && exec "$@"' "$clone")
}

prepare_user()
{
    clone="/home/an/nước sạch/capnuoc"
    inside bash -c 'apt-get -q update && apt-get -q -y install --no-install-recommends sudo &&
        useradd -m -s /bin/bash an && echo "an ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/an' >"$root.log" 2>&1 </dev/null
    copy_tree "$clone"
    inside chown -R an: /home/an
    as_who=(setpriv --reuid=an --regid=an --init-groups -- bash -c 'cd "$0" && exec "$@"' "$clone")
}

# What runs inside; $1 is the base port.  A here-document, as it must not be expanded here.
trial()
{
    cat <<-'TRIAL'
	set -euxo pipefail
	before=$(dpkg-query -W | wc -l)
	time ./run --background --port "$1"
	[ "$(dpkg-query -W | wc -l)" -gt "$before" ] || { echo "FAILED: nothing was installed: this was no bare Debian"; exit 1; }
	./run --status
	time ./run --background --port "$1" | grep "already runs"
	./run --stop
	time LC_ALL=vi_VN.UTF-8 ./run --background --port "$1"
	./run --stop
	if compgen -G '/etc/postgresql/*/main'; then echo "FAILED: Debian made its main cluster"; exit 1; fi
	if [ -e /usr/sbin/policy-rc.d ]; then echo "FAILED: policy-rc.d was left behind"; exit 1; fi
	node --version
	./run --reset
	echo "bare Debian: all is well"
	TRIAL
}

clean_up()
{
    rm -rf --one-file-system -- "$root" "$root.log"
}

root=$(mktemp -d /var/tmp/capnuoc-bare.XXXXXX)
chmod 755 "$root"
trap clean_up EXIT
make_debian
"prepare_$who"
if [ $# -gt 0 ]; then
    inside "${as_who[@]}" "$@"
else
    inside "${as_who[@]}" bash -c "$(trial)" trial "$base"
fi
