// Verifies callers by the presigned GetCallerIdentity URLs that they send.
//
//   STS=https://identity.example.com SERVER_ID=api.example.com ACCOUNTS=123456789012 node callers.mjs < urls.txt
import { answerLines, numberOf, Refused, requireSafe } from './lines.mjs';
import { encode } from './presign.mjs';

const REQUIRED = [
  'Action', 'Version', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders', 'X-Amz-Signature',
];
const ALLOWED = [...REQUIRED, 'X-Amz-Security-Token', 'X-Amz-Content-Sha256', 'x-id'];
const CLOCK_DIFFERENCE = 60;

/**
 * verify(url) resolves to the caller that STS names, throws Refused when the URL is not good, and anything else when that could not
 * be found out. Never calls anything but the endpoint given here.
 */
export function callerVerifier({ endpoint, serverId, accounts, longest = 60 }) {
  requireSafe(endpoint);
  const used = new Map(); // In one process. Several share it by other means, or live with a second use within the lifetime.
  return async function verify(presigned) {
    const parameters = parametersOf(presigned, `${endpoint}/?`);
    const expiry = check(parameters, longest);
    const signature = parameters.get('X-Amz-Signature');
    forget(used);
    if (used.has(signature)) {
      throw new Refused('used before');
    }
    used.set(signature, expiry);
    try {
      return await ask(endpoint, parameters, serverId, accounts);
    } catch (error) {
      used.delete(signature); // Nothing was proven, so nothing was used.
      throw error;
    }
  };
}

function parametersOf(presigned, prefix) {
  // Compared as text: what is no exact beginning needs no parser that might read it otherwise than STS does.
  if (presigned.length > 16384 || !presigned.startsWith(prefix)) {
    throw new Refused('not our STS');
  }
  const parameters = new Map();
  for (const pair of presigned.slice(prefix.length).split('&')) {
    const [, name, value] = /^([\w-]+)=((?:[\w.~-]|%[0-9A-Fa-f]{2})+)$/.exec(pair) ?? [];
    if (!ALLOWED.includes(name) || parameters.has(name)) {
      throw new Refused('an unexpected parameter');
    }
    parameters.set(name, decode(value));
  }
  if (!REQUIRED.every((name) => parameters.has(name))) {
    throw new Refused('a parameter is missing');
  }
  return parameters;
}

function decode(value) {
  try {
    return decodeURIComponent(value);
  } catch {
    throw new Refused('an unreadable parameter');
  }
}

/** When the URL expires, in seconds. */
function check(parameters, longest) {
  const is = (name, pattern) => {
    const match = pattern.exec(parameters.get(name));
    if (!match) {
      throw new Refused(`${name} is not acceptable`);
    }
    return match;
  };
  is('Action', /^GetCallerIdentity$/);
  is('Version', /^2011-06-15$/);
  is('X-Amz-Algorithm', /^AWS4-HMAC-SHA256$/);
  is('X-Amz-Credential', /^\w+\/\d{8}\/[a-z0-9-]+\/sts\/aws4_request$/);
  is('X-Amz-Signature', /^[0-9a-f]{64}$/);
  is('X-Amz-SignedHeaders', /^host;x-server-id$/); // Without our own id in it, it was made for somebody else.
  const lifetime = Number(is('X-Amz-Expires', /^[1-9]\d{0,4}$/)[0]);
  const [, ...parts] = is('X-Amz-Date', /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/);
  const [year, month, ...rest] = parts.map(Number);
  const signed = Date.UTC(year, month - 1, ...rest) / 1000;
  const now = Date.now() / 1000;
  if (lifetime > longest || signed > now + CLOCK_DIFFERENCE || signed + lifetime < now) {
    throw new Refused('expired, or good for too long');
  }
  return signed + lifetime;
}

async function ask(endpoint, parameters, serverId, accounts) {
  const query = [...parameters].map(([name, value]) => `${name}=${encode(value)}`).join('&');
  const response = await fetch(`${endpoint}/?${query}`, {
    headers: { 'x-server-id': serverId, accept: 'text/xml' },
    redirect: 'error',
    signal: AbortSignal.timeout(5000),
  });
  const body = await response.text();
  if (response.status >= 400 && response.status < 500 && response.status !== 429) {
    throw new Refused('STS does not know the caller');
  }
  if (response.status !== 200) {
    throw new Error(`STS answered ${response.status}`);
  }
  const caller = { account: element(body, 'Account'), arn: element(body, 'Arn'), userId: element(body, 'UserId') };
  if (!accounts.includes(caller.account)) {
    throw new Refused('a foreign account');
  }
  return caller;
}

/** These three hold no characters that XML would escape. */
function element(body, name) {
  const found = [...body.matchAll(new RegExp(`<${name}>([^<>&]+)</${name}>`, 'g'))];
  if (found.length !== 1) {
    throw new Error(`STS named no ${name}`);
  }
  return found[0][1];
}

function forget(used) {
  for (const [signature, expiry] of used) {
    if (expiry < Date.now() / 1000) {
      used.delete(signature);
    }
  }
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { STS, SERVER_ID, ACCOUNTS, LONGEST } = process.env;
  await answerLines(callerVerifier({
    endpoint: STS, serverId: SERVER_ID, accounts: ACCOUNTS.split(','), longest: numberOf(LONGEST),
  }));
}
