#!/usr/bin/env node
// kube-validate [--external=<kind>/<name>,...] <file>...: checks rendered manifests without a cluster, each file as a release of its own.
// --external names what is made outside of the release; a file says so itself in a comment `# external: <kind>/<name> ...`.
// Ends with 0 when nothing was found, with 1 after all that was found, a line each.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseAllDocuments } from "yaml";
import { checkNetwork } from "./network.mjs";
import { podsOf } from "./pods.mjs";
import { checkReferences } from "./references.mjs";
import { checkRestricted } from "./restricted.mjs";
import { checkSchema } from "./schema.mjs";
import { checkSecrets } from "./secrets.mjs";

const given = process.argv.slice(2).filter((argument) => argument.startsWith("--external=")).flatMap((argument) => argument.slice(11).split(","));
const files = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
let count = 0;
const found = new Set();

for (const file of files) {
  const text = readFileSync(file, "utf8");
  const external = new Set([...given, ...[...text.matchAll(/^# external: (.*)$/gm)].flatMap(([, names]) => names.split(/[ ,]+/))]);
  const report = (object, path, what) => found.add(`${basename(file)}: ${object.kind}/${object.metadata?.name}: ${path ? `${path}: ` : ""}${what}`);
  const objects = [];
  for (const document of parseAllDocuments(text)) {
    for (const fault of [...document.errors, ...document.warnings]) found.add(`${basename(file)}: ${fault.message}`);
    const value = document.errors.length ? null : document.toJS();
    if (value === null) continue;
    if (!value.apiVersion || !value.kind || !value.metadata) found.add(`${basename(file)}: a document is no object`);
    else objects.push(value);
  }
  if (!objects.length) found.add(`${basename(file)}: there is nothing in it`);
  count += objects.length;
  for (const object of objects) await checkSchema(object, report);
  checkReferences(objects, external, report);
  checkNetwork(objects, report);
  checkSecrets(objects, report);
  for (const pod of podsOf(objects)) checkRestricted(pod, report);
}

for (const line of found) console.error(line);
console.error(`${files.length} releases, ${count} objects, ${found.size} faults`);
process.exitCode = found.size || !files.length ? 1 : 0;
