// Closes ./test: counts per label, what failed, what was not reached, and one last line.
//   node summary.mjs TESTS.json RESULTS JUNIT.xml...
// TESTS.json is `ctest --show-only=json-v1`, JUNIT.xml its `--output-junit`, RESULTS has one line per source
// check: passed|failed|unreached TAB label TAB name.
import { existsSync, readFileSync } from "node:fs";

const [, , testsFile, resultsFile, ...junitFiles] = process.argv;
const rows = []; // { state, labels, name }

function labelsOf(test) {
    const property = (test.properties ?? []).find((p) => p.name === "LABELS");
    return property && property.value.length > 0 ? property.value.filter(Boolean) : ["(none)"];
}

const labels = new Map();

function readLabels() {
    for (const test of JSON.parse(readFileSync(testsFile, "utf8")).tests ?? []) labels.set(test.name, labelsOf(test));
}

function readTests(junitFile) {
    const states = { run: "passed", fail: "failed", disabled: "disabled", notrun: "skipped" };
    for (const [, head] of readFileSync(junitFile, "utf8").matchAll(/<testcase ([^>]*)>/g)) {
        const name = /name="([^"]*)"/.exec(head)[1];
        const status = /status="([^"]*)"/.exec(head)[1];
        rows.push({ state: states[status] ?? "failed", labels: labels.get(name) ?? ["(none)"], name });
    }
}

function readChecks() {
    if (!existsSync(resultsFile)) return;
    for (const line of readFileSync(resultsFile, "utf8").split("\n").filter(Boolean)) {
        const [state, label, name] = line.split("\t");
        rows.push({ state, labels: [label], name });
    }
}

function count(state, label) {
    return rows.filter((row) => row.state === state && (label === undefined || row.labels.includes(label))).length;
}

function show() {
    console.log("\nlabel             passed  failed   other");
    for (const label of [...new Set(rows.flatMap((row) => row.labels))].sort()) {
        const all = rows.filter((row) => row.labels.includes(label)).length;
        const [passed, failed] = [count("passed", label), count("failed", label)];
        console.log(label.padEnd(16), String(passed).padStart(7), String(failed).padStart(7),
                    String(all - passed - failed).padStart(7));
    }
    for (const state of ["disabled", "skipped", "unreached", "failed"]) {
        const names = rows.filter((row) => row.state === state).map((row) => row.name);
        if (names.length > 0) console.log(`\n${state}:\n  ${names.join("\n  ")}`);
    }
}

readLabels();
for (const file of junitFiles) {
    if (existsSync(file)) readTests(file);
    else rows.push({ state: "failed", labels: ["(none)"], name: `ctest left no ${file}` });
}
readChecks();
show();
console.log(`\n${count("passed")} passed, ${count("failed")} failed`);
process.exit(count("failed") > 0 || count("passed") === 0 ? 1 : 0);
