// Which fields an object of a type may have, at every depth: read from the declarations that come with the models, whose validators let
// unknown fields pass. An API server drops those silently, or refuses them.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = join(dirname(fileURLToPath(import.meta.url)), "node_modules");
const types = new Map();
const packages = {
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
  "gateway.networking.k8s.io": "@kubernetes-models/gateway-api",
};

/** The fields of the class in a declaration file, each with the text of its type; null: a type without fields, as a string is. */
function fieldsOf(file) {
  if (!types.has(file)) {
    const text = existsSync(file) ? readFileSync(file, "utf8").replace(/\/\*[^]*?\*\//g, "") : "";
    const body = /export declare class \w+ [^{]*\{([^]*?)\n\}/.exec(text)?.[1];
    const imports = new Map([...text.matchAll(/import \{ (\w+) \} from "([^"]+)"/g)].map(([, name, from]) =>
      [name, join(from.startsWith(".") ? dirname(file) : modules, from.replace(/\.js$/, "") + ".d.ts")]));
    const fields = [...(body ?? "").matchAll(/^ {4}"([^"]+)"\??: ([^]*?);$(?=\n {4}["\w]|\n*$)/gm)].map(([, name, type]) => [name, type]);
    types.set(file, body === undefined ? null : { fields: new Map(fields), imports });
  }
  return types.get(file);
}

/** Calls report(path, field) for every field that the type in a file does not have. */
export function unknownFields(value, file, report, path = "") {
  const known = fieldsOf(file);
  if (!known || value === null || typeof value !== "object") return;
  for (const [name, inner] of Object.entries(value)) {
    const here = path ? `${path}.${name}` : name;
    if (known.fields.has(name)) descend(inner, known.fields.get(name), known.imports, report, here);
    else report(path, name);
  }
}

function descend(value, type, imports, report, path) {
  let inner;
  if (value === null || typeof value !== "object") return;
  if ((inner = /^Array<([^]*)>$/.exec(type)?.[1])) {
    if (Array.isArray(value)) value.forEach((item, index) => descend(item, inner, imports, report, `${path}[${index}]`));
  } else if ((inner = /^\{\s*\[key: string\]: ([^]*?);?\s*\}$/.exec(type)?.[1])) {
    for (const [name, item] of Object.entries(value)) descend(item, inner, imports, report, `${path}.${name}`);
  } else if (imports.has(type)) {
    unknownFields(value, imports.get(type), report, path);
  }
}

/** Package and folder of the model of an object. */
export function modelOf({ apiVersion, kind }) {
  const path = join(modules, packages[apiVersion.split("/")[0]] ?? "kubernetes-models", apiVersion, kind);
  return existsSync(`${path}.js`) ? { code: `${path}.js`, declaration: `${path}.d.ts` } : null;
}
