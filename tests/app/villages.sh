# shellcheck shell=sh
# Forty village schemes from one template: capnuocd takes them, shows them, and names the row of a mistake.
#   villages.sh CAPNUOCD FOLDER_WITH_TEMPLATE_AND_TABLE
set -eu
program=$1
data=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$data"/village.yaml "$data"/villages.csv "$work"
for role in maintenance writer reader; do
    echo "  $role: { user: capnuoc_$role }"
done >"$work/roles"
cat >"$work/capnuoc.yaml" <<YAML
node: { id: test }
plants:
  - { template: village.yaml, table: villages.csv }
journal: { folder: $work/journal }
database:
  connect: host=/nowhere dbname=none
$(cat "$work/roles")
http: { viewer_token_file: $work/token }
YAML
fail()
{
    echo "$*" >&2
    exit 1
}

said=$("$program" --config "$work/capnuoc.yaml" --check)
case $said in
"40 sites, 40 wires, 80 points;"*) ;;
*) fail "--check said: $said" ;;
esac
"$program" --config "$work/capnuoc.yaml" --print >"$work/printed"
grep -q 'Mực nước bể Sin Suối Hồ' "$work/printed" || fail "a village is not in --print"
# shellcheck disable=SC2016 # the characters themselves
if grep -qF '${' "$work/printed"; then
    fail "a parameter was left in --print"
fi

# row 5 of the file: a unit that cannot be; row 6: a cell too few; row 7: no address
sed -i -e '5s/,[0-9]*,\([0-9.]*\)\r$/,300,\1\r/' -e '6s/^[^,]*,//' -e '7s/,10\.9\.[0-9.]*:502,/,,/' \
    "$work/villages.csv"
if "$program" --config "$work/capnuoc.yaml" --check 2>"$work/said"; then
    fail "a wrong table was taken"
fi
for place in 'village.yaml (villages.csv:5):17:15: unit: 300 is out of bounds' \
    'villages.csv:6:1: 7 cells in this row, the header has 8' 'villages.csv:7:'; do
    grep -qF "$place" "$work/said" || {
        cat "$work/said" >&2
        fail "not said: $place"
    }
done
