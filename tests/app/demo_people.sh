# shellcheck shell=bash disable=SC2154
# The demo's people and rosters are taken as ./run writes them, leave no gap, and have addresses that are plainly examples.
#   demo_people.sh CAPNUOCD TOP
set -eu
program=$1
top=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
state="$work/a place"
# shellcheck source=/dev/null
. "$top/config/setup/settings.sh" # plants, standards
for plant in $plants areas; do cp "$top/config/demo/$plant.yaml" "$work"; done
for standard in $standards; do cp "$top/config/standards/$standard.yaml" "$work"; done
{
    cat <<YAML
node: { id: demo }
plants: [ ${plants// /.yaml, }.yaml ]
areas: [ areas.yaml ]
standards: [ ${standards// /.yaml, }.yaml ]
journal: { folder: $work/journal }
database:
  connect: host=/nowhere dbname=none
  maintenance: { user: a }
  writer: { user: b }
  reader: { user: c }
http: { viewer_token_file: $work/token }
YAML
    notify_section
} >"$work/capnuoc.yaml"
fail()
{
    echo "$*" >&2
    exit 1
}

"$program" --config "$work/capnuoc.yaml" --check >"$work/said" 2>"$work/warned" || fail "refused: $(cat "$work/warned")"
if grep -q "nobody is on duty\|roster" "$work/warned"; then fail "a gap: $(cat "$work/warned")"; fi
"$program" --config "$work/capnuoc.yaml" --print >"$work/printed"
grep -qF "$state/mail" "$work/printed" || fail "messages do not go into the state folder"
[ "$(grep -c 'email: ' "$work/printed")" -ge 8 ] || fail "nobody to be told"
if grep 'email: ' "$work/printed" | grep -v '@example\.com'; then fail "an address that may be somebody's"; fi
