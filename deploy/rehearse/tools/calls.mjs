// calls.mjs: keeps a server busy and tells what became of every call, as one line of JSON on standard output.
//
//   --endpoint <url>        where the API is
//   --pool <id>             a pool that lets guests in
//   --connections <n>       calls at once, each on a connection of its own (default 16)
//   --seconds <n>           how long (default 10)
//   --attempts <n>          how often a call is tried, as SDKs do (default 1)
//   --hold <n>              connections beside those that make a call each and then stay open
//   --ready <url>           stop calling, with status 0, as soon as this says that the replica is not ready: what a load balancer does
//
// Status 1 when a call failed for good. One that is told to come back later (TooManyRequestsException) was answered, and does.
import http from 'node:http';

const options = Object.fromEntries(
  process.argv.slice(2).join('\n').split(/(?:^|\n)--/).slice(1).map((pair) => pair.split('\n')),
);
const number = (name, fallback) => Number(options[name] ?? fallback);
const endpoint = new URL(options.endpoint);
const until = Date.now() + number('seconds', 10) * 1000;
const attempts = number('attempts', 1);
const result = { calls: 0, failed: 0, repeated: 0, refused: 0, errors: {} };
const times = [];
let stop = false;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function call(agent, operation, input) {
  return new Promise((resolve, reject) => {
    const request = http.request(endpoint, {
      agent,
      method: 'POST',
      headers: { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': `AWSCognitoIdentityService.${operation}` },
      timeout: 30_000,
    });
    request.on('timeout', () => request.destroy(new Error('no answer in 30 s')));
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.on('data', (part) => (text += part));
      response.on('error', reject);
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(JSON.parse(text))
          : reject(Object.assign(new Error(text.slice(0, 80)), { code: /"__type":"(\w+)"/.exec(text)?.[1] ?? response.statusCode })));
    });
    request.end(JSON.stringify(input));
  });
}

async function reliably(agent, operation, input) {
  for (let attempt = 1; !stop; attempt++) {
    const began = performance.now();
    try {
      const answer = await call(agent, operation, input);
      times.push(performance.now() - began);
      result.calls++;
      return answer;
    } catch (error) {
      if (error.code === 'TooManyRequestsException') {
        result.refused++;
        attempt--;
        await pause(200);
        continue;
      }
      const what = String(error.code ?? error.message);
      result.errors[what] = (result.errors[what] ?? 0) + 1;
      if (attempt >= attempts) {
        result.failed++;
        return null;
      }
      result.repeated++;
      await pause(100 * 2 ** attempt * Math.random());
    }
  }
  return null;
}

async function visitor() {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let identity;
  for (let turn = 0; !stop && Date.now() < until; turn++) {
    if (turn % 10 === 0) {
      identity = (await reliably(agent, 'GetId', { IdentityPoolId: options.pool }))?.IdentityId ?? identity;
    } else if (identity) {
      await reliably(agent, 'GetOpenIdToken', { IdentityId: identity });
    }
  }
  agent.destroy();
}

async function hold(count) {
  const agents = Array.from({ length: count }, () => new http.Agent({ keepAlive: true, maxSockets: 1 }));
  for (let first = 0; first < count; first += 50) {
    await Promise.all(agents.slice(first, first + 50).map((agent) => reliably(agent, 'GetId', { IdentityPoolId: options.pool })));
  }
  return agents;
}

async function watch(url) {
  while (!stop && Date.now() < until) {
    stop = await fetch(url).then((answer) => answer.status !== 200, () => true);
    await pause(100);
  }
}

const held = await hold(number('hold', 0));
if (held.length > 0) {
  console.error(`holding ${held.length}`);
}
const watching = options.ready ? watch(options.ready) : null;
await Promise.all(Array.from({ length: number('connections', 16) }, visitor));
while (held.length > 0 && Date.now() < until) {
  await pause(100);
}
stop = true;
await watching;
held.forEach((agent) => agent.destroy());
times.sort((one, other) => one - other);
const at = (share) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0);
console.log(JSON.stringify({ ...result, p50: at(0.5), p99: at(0.99), max: at(1) }));
process.exit(result.failed > 0 || result.calls === 0 ? 1 : 0);
