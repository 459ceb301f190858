// The checks of one release, as kube-validate and the test of its checks run them.
import { parseAllDocuments } from "yaml";
import { checkNetwork } from "./network.mjs";
import { podsOf } from "./pods.mjs";
import { checkReferences } from "./references.mjs";
import { checkRestricted } from "./restricted.mjs";
import { checkSchema } from "./schema.mjs";
import { checkSecrets } from "./secrets.mjs";

/** The objects in a text, what it says is made elsewhere, and what is no YAML or no object. */
export function readRelease(text) {
  const external = new Set([...text.matchAll(/^# external: (.*)$/gm)].flatMap(([, names]) => names.split(/[ ,]+/)));
  const [objects, faults] = [[], []];
  for (const document of parseAllDocuments(text)) {
    for (const fault of [...document.errors, ...document.warnings]) faults.push(fault.message);
    const value = document.errors.length ? null : document.toJS();
    if (value === null) continue;
    if (value.apiVersion && value.kind && value.metadata) objects.push(value);
    else faults.push("a document is no object");
  }
  if (!objects.length) faults.push("there is nothing in it");
  return { objects, external, faults };
}

export async function faultsOf({ objects, external, faults }) {
  const found = new Set(faults);
  const report = (object, path, what) => found.add(`${object.kind}/${object.metadata?.name}: ${path ? `${path}: ` : ""}${what}`);
  for (const object of objects) await checkSchema(object, report);
  checkReferences(objects, external, report);
  checkNetwork(objects, report);
  checkSecrets(objects, report);
  for (const pod of podsOf(objects)) checkRestricted(pod, report);
  return [...found];
}
