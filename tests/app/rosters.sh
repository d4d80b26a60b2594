# shellcheck shell=sh
# Rosters in the daemon file: printed as they were read, gaps said, each mistake at its line.
#   rosters.sh CAPNUOCD
set -eu
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >plant.yaml <<'YAML'
supplier: { id: s, name: Cấp nước thử }
system: { id: t, name: Hệ thống thử }
sites:
  - { id: site, name: Trạm thử, kind: treatment_plant, location: [22.39, 103.45], rules: [ { id: silent, kind: stale,
      stake: operation, impact: minor, respond_within: 4h, first_response: x } ] }
wires:
  - id: w
    tcp: 127.0.0.1:5020
    devices:
      - { id: d, site: site, unit: 1, every: 1s, points: [ { id: a.p, name: p, holding: 0, type: u16, unit: bar } ] }
YAML
head='node: { id: n }
plants: [ plant.yaml ]
journal: { folder: journal }
database: { connect: host=/nowhere, maintenance: { user: m }, writer: { user: w }, reader: { user: r } }
http: { viewer_token_file: token }
notify:
  mail: { server: "smtps://localhost:465", from: a@example.vn }
'
cat >good.yaml <<YAML
$head  contacts:
    - { id: truong-ca, name: Trưởng ca, email: t@example.vn }
    - { id: lan, name: Lan, email: lan@example.vn, told: duty, account: lan, quiet: 22:00-06:00 }
    - { id: minh, name: Minh, email: minh@example.vn, told: duty }
    - { id: so, name: Sở Xây dựng, email: so@example.vn, told: duty }
    - { id: idle, name: Nhàn, email: nhan@example.vn, told: duty }
  escalation: { after: 5min, steps: 4 }
  holidays:
    - { from: 2027-01-01, name: Tết Dương lịch }
    - { from: 2027-02-05, to: 2027-02-11, name: Tết Nguyên đán }
  rosters:
    - id: mang
      name: Mạng lưới
      leader: truong-ca
      authority: so
      classes: service_network distribution_main
      weeks: 2
      since: 2026-11-30
      shifts:
        - { days: daily, from: "06:00", to: "22:00", people: lan minh }
        - { days: mon tue wed thu fri sat, from: 22:00, to: 06:00, people: minh, leader: lan, week: 1 }
        - { days: daily, from: 22:00, to: 06:00, people: minh, week: 2 }
        - { days: holiday, from: 00:00, to: 24:00, people: lan }
      substitutes:
        - { who: lan, by: minh, from: 2026-12-07, to: 2026-12-09 }
        - { who: minh, from: 2026-12-24 }
YAML
cat >bad.yaml <<YAML
$head  contacts:
    - { id: truong-ca, name: Trưởng ca, email: t@example.vn }
    - { id: lan, name: Lan, email: lan@example.vn, told: duty, sites: site, quiet: "22:00" }
  holidays:
    - { from: 2027-02-30 }
    - { from: 2027-02-05, to: 2027-02-01 }
  rosters:
    - id: mang
      leader: truong-co
      sites: nowhere
      weeks: 2
      shifts:
        - { days: daily monday, from: 24:00, to: 6:00, people: lan minj, week: 3 }
    - id: mang
      leader: lan
      since: yesterday
      shifts: []
      substitutes: [ { who: lan, by: nobody, from: 2026-12-07 } ]
YAML
cat >expected <<'TEXT'
bad.yaml:10: told: duty has its incidents from the roster
bad.yaml:10: quiet: "" is no time of day such as 06:00
bad.yaml:12: from: "2027-02-30" is no day such as 2027-02-05
bad.yaml:13: to: "2027-02-01" is before "2027-02-05"
bad.yaml:16: there is no contact "truong-co"; perhaps "truong-ca"
bad.yaml:17: there is no site "nowhere"
bad.yaml:18: weeks: more than one need `since`, a day of the first
bad.yaml:20: days: "monday" is none of mon tue wed thu fri sat sun daily workdays weekend holiday
bad.yaml:20: from: "24:00" is no time of day such as 06:00
bad.yaml:20: to: "6:00" is no time of day such as 06:00
bad.yaml:20: there is no contact "minj"
bad.yaml:20: week: the roster has 2 weeks
bad.yaml:21: there is another roster "mang"
bad.yaml:23: since: "yesterday" is no day such as 2027-02-05
bad.yaml:25: there is no contact "nobody"
TEXT
fail()
{
    echo "$*" >&2
    exit 1
}

"$program" --config good.yaml --check >said 2>warned || fail "refused: $(cat warned)"
grep -q 'warning: contact idle has told: duty, and is on no roster' warned || fail "idle: $(cat warned)"
# Sunday nights of the first weeks: whatever day it is, some lie in the 60 days that are looked at
grep -q 'warning: roster mang: nobody is on duty from ....-..-..T22:00 to ....-..-..T06:00; the leader is told' warned ||
    fail "no gap: $(cat warned)"
"$program" --config good.yaml --print >printed 2>/dev/null
notify_of()
{
    awk '/^[^ ]/ { on = /^notify:/ } on' "$1"
}
notify_of printed >section
{
    echo "$head" | sed '/^notify:/,$d'
    cat section
} >again.yaml
"$program" --config again.yaml --print >printed-again 2>/dev/null || fail "--print is not read"
notify_of printed-again | cmp - section || fail "--print reads back as something else"
for line in 'weeks: 2' 'since: 2026-11-30' 'days: holiday' 'to: 24:00' 'people: lan minh' 'steps: 4' 'account: lan' \
    'quiet: 22:00-06:00'; do
    grep -qF "$line" printed || grep -qF "$(echo "$line" | sed 's/: \(.*\)/: "\1"/')" printed || fail "--print has no $line"
done
if "$program" --config bad.yaml --check >/dev/null 2>said; then
    fail "mistakes were taken"
fi
sed -n 's/^\(bad.yaml:[0-9]*\):[0-9]*:/\1:/p' said | diff expected - || fail "other mistakes"
