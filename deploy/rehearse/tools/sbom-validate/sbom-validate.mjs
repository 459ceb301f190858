// sbom-validate.mjs <bill of materials> <deps.json>: whether the bill keeps to the schema of CycloneDX, lists every package that is
// published with its version, and names nobody as a dependency whom it does not list.
import { readFileSync } from 'node:fs';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

const [billFile, depsFile] = process.argv.slice(2);
const text = readFileSync(billFile, 'utf8');
const bill = JSON.parse(text);
const complaints = [];

const faults = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
if (faults !== null) {
  complaints.push(`against the schema: ${JSON.stringify(faults)}`);
}

const listed = new Map(bill.components.map((component) => [component['bom-ref'], component]));
const published = Object.entries(JSON.parse(readFileSync(depsFile, 'utf8')).libraries)
  .filter(([, library]) => library.type === 'package')
  .map(([name]) => `pkg:nuget/${name.replace('/', '@')}`);
for (const name of published) {
  if (listed.get(name)?.scope !== 'required') {
    complaints.push(`published and not listed: ${name}`);
  }
}
for (const { ref, dependsOn } of bill.dependencies) {
  for (const name of [ref, ...dependsOn]) {
    if (name !== bill.metadata.component['bom-ref'] && !listed.has(name)) {
      complaints.push(`named and not listed: ${name}`);
    }
  }
}

console.log(`${listed.size} components, ${published.length} published packages`);
complaints.forEach((complaint) => console.error(complaint));
process.exit(complaints.length === 0 && published.length > 0 ? 0 : 1);
