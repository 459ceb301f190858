// The line protocol that both AWS SDK peers speak.
//
//   <peer> ENDPOINT REGION OPERATION JSON   one call, one answer line; exit status 1 when the call failed
//   <peer> ENDPOINT REGION                  one {"operation":…,"input":…} per line of standard input, one answer line each,
//                                           in the same order
//
// Every answer is {"ok":true,…} or {"ok":false,…} on one line.
import { createInterface } from 'node:readline';

/** Offline credentials make an SDK send a signature; without an access key in the environment calls are anonymous. */
export function credentialsFromEnvironment() {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  return AWS_ACCESS_KEY_ID
    ? { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN }
    : undefined;
}

/** Sets this process's clock off by CLOCK_OFFSET_MS; whether it is off says how often a client may try: twice instead of once. */
export function setClockFromEnvironment() {
  const offset = Number(process.env.CLOCK_OFFSET_MS ?? 0);
  const RealDate = Date;
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      super(...(given.length ? given : [RealDate.now() + offset]));
    }

    static now() {
      return RealDate.now() + offset;
    }
  };
  return offset !== 0;
}

async function answer(call, line) {
  try {
    const { operation, input } = JSON.parse(line);
    return await call(operation, input ?? {});
  } catch (error) {
    return { ok: false, name: error.name, message: error.message };
  }
}

/** Runs the protocol: connect(endpoint, region) returns call(operation, input), which resolves to an answer. */
export async function serve(connect) {
  const [endpoint, region, operation, json] = process.argv.slice(2);
  if (!endpoint || !region) {
    console.error('usage: ENDPOINT REGION [OPERATION JSON]');
    process.exit(2);
  }
  const call = connect(endpoint, region);
  if (operation) {
    const result = await answer(call, `{"operation":${JSON.stringify(operation)},"input":${json ?? '{}'}}`);
    console.log(JSON.stringify(result));
    process.exitCode = result.ok ? 0 : 1;
    return;
  }
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await answer(call, line)));
  }
}
