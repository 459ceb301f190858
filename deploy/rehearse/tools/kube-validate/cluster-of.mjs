#!/usr/bin/env node
// cluster-of <secrets.json> <command>...: runs a command with a KUBECONFIG of a cluster that has these Secrets (a list) and nothing else,
// and that can only be looked at: what a chart needs of one when it renders.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

const secrets = JSON.parse(readFileSync(process.argv[2], "utf8"));
const resources = [["secrets", "Secret"], ["configmaps", "ConfigMap"]].map(([name, kind]) =>
  ({ name, singularName: "", namespaced: true, kind, verbs: ["get", "list"] }));

function answer(path) {
  if (path === "/version") return { major: "1", minor: "34", gitVersion: "v1.34.0" };
  if (path === "/api") return { kind: "APIVersions", versions: ["v1"] };
  if (path === "/apis") return { kind: "APIGroupList", apiVersion: "v1", groups: [] };
  if (path === "/api/v1") return { kind: "APIResourceList", groupVersion: "v1", resources };
  const [, namespace, kind, name] = /^\/api\/v1\/namespaces\/([^/]+)\/(secrets|configmaps)(?:\/([^/]+))?$/.exec(path) ?? [];
  const there = kind === "secrets" ? secrets.filter(({ metadata }) => metadata.namespace === namespace) : [];
  const list = kind && { kind: "SecretList", apiVersion: "v1", metadata: {}, items: there };
  return name ? there.find(({ metadata }) => metadata.name === name) : list;
}

const server = createServer((request, response) => {
  const found = answer(new URL(request.url, "http://cluster").pathname);
  const missing = { kind: "Status", apiVersion: "v1", status: "Failure", reason: "NotFound", code: 404, message: "not found" };
  response.writeHead(found ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(found ?? missing));
});

server.listen(0, "127.0.0.1", () => {
  const directory = mkdtempSync(join(tmpdir(), "cluster-of-"));
  const cluster = { server: `http://127.0.0.1:${server.address().port}` };
  const contexts = [{ name: "c", context: { cluster: "c", user: "" } }];
  const config = { apiVersion: "v1", kind: "Config", clusters: [{ name: "c", cluster }], contexts, "current-context": "c" };
  writeFileSync(join(directory, "kubeconfig"), JSON.stringify(config));
  const [program, ...rest] = process.argv.slice(3);
  const environment = { ...process.env, KUBECONFIG: join(directory, "kubeconfig"), HOME: directory };
  spawn(program, rest, { env: environment, stdio: "inherit" }).on("close", (status) => {
    rmSync(directory, { recursive: true });
    server.close();
    server.closeAllConnections();
    process.exitCode = status ?? 1;
  });
});
