#!/usr/bin/env node
// chart-docs [--write] <chart>: the documents of a chart that follow from values.yaml. Its comments that begin with `--` describe the key
// below them; they become the table in README.md and the descriptions in values.schema.json. Without --write it says what differs, what
// has no description, and which keys values and schema do not share.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, parseDocument } from "yaml";

const write = process.argv.includes("--write");
const chart = process.argv.slice(2).find((argument) => !argument.startsWith("--"));
const faults = [];
const file = (name) => join(chart, name);
const document = parseDocument(readFileSync(file("values.yaml"), "utf8"));
const schema = JSON.parse(readFileSync(file("values.schema.json"), "utf8"));

/** The description and the heading in the comment above a key. */
function commentOf(pair, map, index) {
  const text = (index === 0 ? map.commentBefore ?? pair.key.commentBefore : pair.key.commentBefore) ?? "";
  const described = /(?:^|\n)\s*-- ([^]*)$/.exec(text)?.[1];
  return {
    description: described?.split("\n").map((line) => line.trim()).join(" ").trim(),
    heading: /(?:^|\n)\s*== (.*)/.exec(text)?.[1].trim(),
  };
}

/** Everything that is described: [path, default, description], with headings between. */
function rowsOf(map, path = [], rows = []) {
  map.items.forEach((pair, index) => {
    const { description, heading } = commentOf(pair, map, index);
    const here = [...path, pair.key.value];
    if (heading) rows.push({ heading });
    if (description) rows.push({ path: here, value: pair.value.toJSON(), description });
    if (isMap(pair.value) && pair.value.items.length && !description) rowsOf(pair.value, here, rows);
    else if (!description) faults.push(`values.yaml: ${here.join(".")} has no description`);
  });
  return rows;
}

const resolved = (node) => (node?.$ref ? schema.$defs[node.$ref.replace("#/$defs/", "")] : node);

/** A copy of the schema with the descriptions, and with the keys that values.yaml has. */
function describe(rows) {
  const copy = structuredClone(schema);
  for (const { path, description } of rows.filter((row) => row.path)) {
    let node = copy;
    for (const name of path) {
      const owner = node.$ref ? copy.$defs[node.$ref.replace("#/$defs/", "")] : node;
      node = owner?.properties?.[name];
      if (!node) break;
    }
    if (!node) faults.push(`values.schema.json: ${path.join(".")} is missing`);
    else if (!sharedBelow(path)) node.description = description.replaceAll("**", "");
  }
  return copy;
}

/** Keys inside a definition that several values share have no description of their own. */
function sharedBelow(path) {
  let node = schema;
  return path.slice(0, -1).some((name) => {
    node = resolved(node)?.properties?.[name];
    return node?.$ref !== undefined;
  });
}

/** What the schema allows and values.yaml does not show. */
function checkUnshown(node, value, path) {
  for (const [name, property] of Object.entries(resolved(node)?.properties ?? {})) {
    if (property.deprecated) continue;
    const here = [...path, name];
    if (!(name in value)) faults.push(`values.yaml: ${here.join(".")} is in the schema only`);
    else if (resolved(property)?.properties && isPlain(value[name]) && !described.has(here.join("."))) {
      checkUnshown(property, value[name], here);
    }
  }
}

/** Every object of the schema is closed, or a free map that says what its values are. */
function checkClosed(node, path) {
  if (node === null || typeof node !== "object") return;
  if (node.properties && node.additionalProperties !== false && !node.required?.includes("name") && path !== "global") {
    faults.push(`values.schema.json: ${path} takes unknown keys`);
  }
  if (typeof node.$ref === "string" && !node.$ref.startsWith("#/")) faults.push(`values.schema.json: ${path} refers to another document`);
  for (const [name, inner] of Object.entries(node)) {
    checkClosed(inner, ["properties", "$defs"].includes(name) ? path : path ? `${path}.${name}` : name);
  }
}

const isPlain = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length > 0;

/** JSON with short values on one line. */
function layout(value, indent = "") {
  const flat = JSON.stringify(value, null, 1).replace(/\n\s*/g, " ");
  if (typeof value !== "object" || value === null || indent.length + flat.length < 130) return flat;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => inner + layout(item, inner))
    : Object.entries(value).map(([name, item]) => `${inner}${JSON.stringify(name)}: ${layout(item, inner)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${parts.join(",\n")}\n${indent}${close}`;
}

const code = (text) => `\`${text.replaceAll("|", "\\|")}\``;

function tableOf(rows) {
  const lines = [];
  const head = ["| value | meaning | default |", "|---|---|---|"];
  if (!rows[0].heading) lines.push("### Names", "", ...head);
  for (const { heading, path, value, description } of rows) {
    if (heading) lines.push("", `### ${heading}`, "", ...head);
    else {
      const text = JSON.stringify(value);
      const shown = text.length > 60 ? "see values.yaml" : code(text);
      lines.push(`| ${code(path.join("."))} | ${description.replaceAll("|", "\\|")} | ${shown} |`);
    }
  }
  return lines.join("\n");
}

function settle(name, wanted) {
  if (readFileSync(file(name), "utf8") === wanted) return;
  if (write) writeFileSync(file(name), wanted);
  else faults.push(`${name} does not follow from values.yaml: run chart-docs --write`);
}

if (document.errors.length) throw document.errors[0];
const rows = rowsOf(document.contents);
const described = new Set(rows.filter((row) => row.path).map((row) => row.path.join(".")));
checkUnshown(schema, document.toJSON(), []);
checkClosed(schema, "");
settle("values.schema.json", `${layout(describe(rows))}\n`);
const [before, after] = readFileSync(file("README.md"), "utf8").split(/(?<=<!-- values -->\n)[^]*?(?=<!-- end of values -->)/);
if (after === undefined) faults.push("README.md has no place for the table: <!-- values --> and <!-- end of values -->");
else settle("README.md", `${before}\n${tableOf(rows)}\n\n${after}`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length ? 1 : 0;
