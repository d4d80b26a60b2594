"""Spreadsheets by other hands: what openpyxl writes is read, what is written openpyxl reads.

other_hands.py CAPNUOCTL DEMO_PLANT
"""
import os
import subprocess
import sys
import tempfile
import zipfile

import openpyxl

program, demo = sys.argv[1:3]
folder = tempfile.TemporaryDirectory()


def at(name):
    return os.path.join(folder.name, name)


def run(*arguments, right=True):
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=100)
    assert (done.returncode == 0) == right, (arguments, done.returncode, done.stderr)
    assert right or done.returncode == 1, done
    return done.stderr


def text(name):
    with open(at(name), encoding="utf-8") as f:
        return f.read()


# what we write: every cell a text, the sheets by name
run("export", "--plant", demo, "--to", at("ours.xlsx"))
ours = openpyxl.load_workbook(at("ours.xlsx"))
assert ours.sheetnames == ["plant", "areas", "sites", "mains", "zones", "counted", "wires", "devices", "points"], ours.sheetnames
header = [c.value for c in ours["points"][1]]
assert header[:4] == ["wire", "device", "id", "name"], header
rows = {r[2]: dict(zip(header, r)) for r in ours["points"].iter_rows(min_row=2, values_only=True)}
assert rows["lc.nmn.flow_out"]["name"] == "Lưu lượng phát ra mạng"
assert rows["lc.nmn.flow_out"]["plausible"] == "[0, 500]"
assert rows["lc.tp.inlet_pressure"]["offset"] == "-1.0"
assert all(c.data_type == "s" for s in ours for r in s for c in r if c.value is not None)

# saved by another program, it is the same plant
run("import", "--from", at("ours.xlsx"), "--to", at("ours.yaml"))
ours.save(at("saved.xlsx"))
run("import", "--from", at("saved.xlsx"), "--to", at("saved.yaml"))
assert text("ours.yaml") == text("saved.yaml")

# written by hand: numbers, yes and no, blanks, remarks, cells in any order of columns
book = openpyxl.Workbook()
book.active.title = "plant"
for row in (["key", "value", "#"], ["supplier/id", "s", "một ghi chú"], ["supplier/name", "Cấp nước, \"A\" "],
            ["system", "{ id: sys, name: Hệ thống }"], [], ["# not a key", "x"]):
    book["plant"].append(row)
tables = {
    "#ghi chú": [["anything"], [1]],
    "sites": [["id", "name", "kind"], ["site", "_x0041_ & <b>", "dma"]],
    "wires": [["id", "tcp"], ["w", "10.0.0.1:502"]],
    "devices": [["wire", "id", "site", "unit"], ["w", "d", "site", 7]],
    "points": [["id", "device", "scale", "offset", "name", "unit", "holding", "type"],
               ["p1", "d", 0.29, -1.5, "Dòng", "m", 10, "u16"], ["p2", "d", 1e-5, 0, "x", "\"-\"", 11.0, "u16"]],
}
for name, table in tables.items():
    sheet = book.create_sheet(name)
    for row in table:
        sheet.append(row)
book.save(at("hand.xlsx"))
run("import", "--from", at("hand.xlsx"), "--to", at("hand.yaml"))
assert text("hand.yaml") == """\
supplier: { id: s, name: "Cấp nước, \\"A\\"" }
system: { id: sys, name: Hệ thống }
sites:
  - { id: site, name: A & <b>, kind: dma }
wires:
  - id: w
    tcp: 10.0.0.1:502
    devices:
      - id: d
        site: site
        unit: 7
        points:
          - { id: p1, scale: 0.29, offset: -1.5, name: Dòng, unit: m, holding: 10, type: u16 }
          - { id: p2, scale: 1e-05, offset: 0, name: x, unit: "-", holding: 11, type: u16 }
""", text("hand.yaml")

# mistakes: all at once, at sheet, row and column
points = book["points"]
points["G2"] = 70000
points["B3"] = "dd"
points["A4"] = "p3"
points["H3"] = "=1+1"
points["K3"] = "no header"
book["devices"]["D2"] = "[1"
book.save(at("wrong.xlsx"))
said = run("import", "--from", at("wrong.xlsx"), "--to", at("wrong.yaml"), right=False)
for place in ("(points):3:2: there is no device \"dd\"; did you mean \"d\"",
              "(points):3:8: a formula without its result", "(points):4:1: \"device\" is missing in this row",
              "(devices):2:4: this cell begins like YAML"):
    assert at("wrong.xlsx") + " " + place in said, (place, said)
assert not os.path.exists(at("wrong.yaml"))
points["B3"], points["A4"], points["H3"], points["K3"] = "d", None, "u16", None
book["devices"]["D2"] = 7
book.save(at("wrong.xlsx"))
said = run("import", "--from", at("wrong.xlsx"), "--to", at("wrong.yaml"), right=False)
assert "(points):2:7: " in said and "70000" in said, said


# hostile files: one clear sentence, no file written
def hostile(name, parts, wanted):
    with zipfile.ZipFile(at(name), "w", zipfile.ZIP_DEFLATED) as z, zipfile.ZipFile(at("ours.xlsx")) as good:
        for part in good.namelist():
            if part not in parts:
                z.writestr(part, good.read(part))
        for part, content in parts.items():
            z.writestr(part, content)
    complaint = run("import", "--from", at(name), "--to", at("hostile.yaml"), right=False)
    assert wanted in complaint and complaint.count("\n") == 1, (name, complaint)
    assert not os.path.exists(at("hostile.yaml"))


sheet = "xl/worksheets/sheet1.xml"
start = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + start + '<row r="1"><c r="A1"><v>&b;</v></c></row>'
hostile("laughs.xlsx", {sheet: laughs}, "document type")
hostile("bomb.xlsx", {sheet: start + " " * (600 << 20)}, "unpacks to more than 512 MiB")
hostile("rows.xlsx", {sheet: start + "<row/>" * 200001}, "more than 200000 rows")
hostile("deep.xlsx", {sheet: start + "<a>" * 100}, "nested too deep")
hostile("cut.xlsx", {sheet: start}, "its XML is damaged")
hostile("index.xlsx", {sheet: start + '<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'}, "a text that is not there")
hostile("far.xlsx", {sheet: start + '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'}, "stands elsewhere")
with open(at("text.xlsx"), "w", encoding="utf-8") as f:
    f.write("kind,id\n")
assert "is no XLSX file" in run("import", "--from", at("text.xlsx"), "--to", at("x.yaml"), right=False)
print("right")
