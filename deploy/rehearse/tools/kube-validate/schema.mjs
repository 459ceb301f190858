// Whether every object is a kind that current Kubernetes (or the Prometheus operator, or the Gateway API) has, with its required fields,
// types and enumerations, without unknown fields, and with names that the API server accepts.
import { pathToFileURL } from "node:url";
import { modelOf, unknownFields } from "./fields.mjs";

const dnsLabel = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const serviceName = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const dnsName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const labelValue = /^(|[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)$/;
const labelKey = /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

export async function checkSchema(object, report) {
  const model = modelOf(object);
  if (!model) return report(object, "", `${object.apiVersion} ${object.kind} is not known to current Kubernetes`);
  const type = (await import(pathToFileURL(model.code)))[object.kind];
  try {
    new type(object).validate();
  } catch (error) {
    for (const fault of error.errors ?? [{ message: error.message }]) {
      const path = (fault.instancePath ?? "").slice(1).replaceAll("/", ".");
      report(object, path, [fault.message, ...(fault.params?.allowedValues ?? [])].join(" "));
    }
  }
  unknownFields(object, model.declaration, (path, name) => report(object, path, `unknown field ${name}`));
  checkNames(object, report);
}

function checkNames(object, report) {
  const { name = "", labels = {}, annotations = {} } = object.metadata ?? {};
  const strict = { Service: serviceName, CronJob: /^(?=.{1,52}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, Job: dnsLabel }[object.kind] ?? dnsName;
  if (!strict.test(name)) report(object, "metadata.name", `${name} is no name for a ${object.kind}`);
  if (!object.metadata?.namespace) report(object, "metadata.namespace", "missing");
  const template = object.spec?.template?.metadata?.labels ?? object.spec?.jobTemplate?.spec?.template?.metadata?.labels ?? {};
  for (const [key, value] of [...Object.entries(labels), ...Object.entries(template)]) {
    if (!labelKey.test(key) || typeof value !== "string" || !labelValue.test(value)) {
      report(object, "labels", `${key}: ${value} is no label`);
    }
  }
  for (const [key, value] of Object.entries(annotations)) {
    if (typeof value !== "string") report(object, "annotations", `${key} is no text`);
  }
}
