// Nothing secret is where everybody who may look at a workload sees it: in environment variables, or in any other object than a Secret.
import { containersOf, podsOf } from "./pods.mjs";

const sensitive = /password|masterkey|secretaccesskey|appsecret|otlp_headers/i;

export function checkSecrets(objects, report) {
  for (const { object, spec } of podsOf(objects)) {
    for (const container of containersOf(spec)) {
      for (const { name, value, valueFrom } of container.env ?? []) {
        if (valueFrom?.secretKeyRef) report(object, container.name, `${name} brings a Secret into the environment`);
        if (value && (sensitive.test(name) || /password=/i.test(value))) report(object, container.name, `${name} looks like a secret`);
      }
    }
  }
  const values = objects.filter(({ kind }) => kind === "Secret").flatMap(({ data = {} }) => Object.values(data));
  for (const object of objects.filter(({ kind }) => kind !== "Secret")) {
    const text = JSON.stringify(object);
    for (const value of values) {
      if (text.includes(value) || text.includes(Buffer.from(value, "base64").toString())) report(object, "", "shows the value of a Secret");
    }
  }
}
