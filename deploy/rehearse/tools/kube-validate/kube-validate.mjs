#!/usr/bin/env node
// kube-validate [--external=<kind>/<name>,...] <file>...: checks rendered manifests without a cluster, each file as a release of its own.
// --external names what is made outside of the release; a file says so itself in a comment `# external: <kind>/<name> ...`.
// Ends with 0 when nothing was found, with 1 after all that was found, a line each.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { faultsOf, readRelease } from "./releases.mjs";

const options = process.argv.slice(2).filter((argument) => argument.startsWith("--external="));
const given = options.flatMap((option) => option.slice("--external=".length).split(","));
const files = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
let [count, faults] = [0, 0];

for (const file of files) {
  const release = readRelease(readFileSync(file, "utf8"));
  for (const name of given) release.external.add(name);
  const found = await faultsOf(release);
  for (const fault of found) console.error(`${basename(file)}: ${fault}`);
  count += release.objects.length;
  faults += found.length;
}

console.error(`${files.length} releases, ${count} objects, ${faults} faults`);
process.exitCode = faults || !files.length ? 1 : 0;
