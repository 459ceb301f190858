// A crowd of users with the AWS SDK for JavaScript v3 and its default retries, for as long as a rehearsal takes; counts what they see.
//
//   load.mjs ENDPOINT REGION [SECONDS]     AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY: an administrator, who makes a pool for the crowd
//
// WORKERS (6) users come at once, and each begins again every PACE_MS (400): a guest gets an identity, a token and credentials; a user of
// the application's own sign-in gets a token and trades it for credentials. Prints "ready" when the first of them is served. SIGTERM, or
// the end of SECONDS (600 at most), ends it with one line of JSON; the exit status is 1 when a single call failed, retries included.
import {
  CognitoIdentityClient, CreateIdentityPoolCommand, GetCredentialsForIdentityCommand, GetIdCommand,
  GetOpenIdTokenCommand, GetOpenIdTokenForDeveloperIdentityCommand, SetIdentityPoolRolesCommand,
} from '@aws-sdk/client-cognito-identity';
import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';
import { credentialsFromEnvironment } from './lines.mjs';

const [endpoint, region, seconds = '600'] = process.argv.slice(2);
const workers = Number(process.env.WORKERS ?? 6);
const pace = Number(process.env.PACE_MS ?? 400);
const until = Date.now() + Math.min(Number(seconds), 600) * 1000;
const domain = 'login.rehearsal';
const ours = 'cognito-identity.amazonaws.com';
const times = [];
const failures = [];
const retries = {};
let calls = 0;
let stopped = false;
process.on('SIGTERM', () => { stopped = true; });

function describe(error) {
  return [error.name, error.code, error.$metadata?.httpStatusCode].filter(Boolean).join(' ');
}

/** Every attempt that failed is counted by what it met, also those that a retry made good. */
function connect(credentials) {
  const client = new CognitoIdentityClient({ endpoint, region, credentials });
  client.middlewareStack.add(next => async input => {
    try {
      return await next(input);
    } catch (error) {
      retries[describe(error)] = (retries[describe(error)] ?? 0) + 1;
      throw error;
    }
  }, { step: 'finalizeRequest', priority: 'low', name: 'countAttempts' });
  return client;
}

async function call(client, command) {
  const began = performance.now();
  calls++;
  try {
    return await client.send(command);
  } catch (error) {
    failures.push({ at: new Date().toISOString(), operation: command.constructor.name, error: describe(error), message: error.message });
    throw error;
  } finally {
    times.push(performance.now() - began);
  }
}

function expectSame(what, expected, actual) {
  if (expected !== actual) {
    failures.push({ at: new Date().toISOString(), operation: what, error: 'WrongAnswer', message: `${actual} is not ${expected}` });
  }
}

const subjectOf = token => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sub;

async function guest(client, pool) {
  const { IdentityId } = await call(client, new GetIdCommand({ IdentityPoolId: pool }));
  const { Token } = await call(client, new GetOpenIdTokenCommand({ IdentityId }));
  expectSame('GetOpenIdToken', IdentityId, subjectOf(Token));
  const answer = await call(client, new GetCredentialsForIdentityCommand({ IdentityId }));
  expectSame('GetCredentialsForIdentity', IdentityId, answer.IdentityId);
}

async function member(client, pool, user, known) {
  const { IdentityId, Token } = await call(client, new GetOpenIdTokenForDeveloperIdentityCommand({
    IdentityPoolId: pool, Logins: { [domain]: user }, TokenDuration: 900,
  }));
  expectSame('GetOpenIdTokenForDeveloperIdentity', known ?? IdentityId, IdentityId);
  await call(client, new GetCredentialsForIdentityCommand({ IdentityId, Logins: { [ours]: Token } }));
  return IdentityId;
}

/** A user whose call failed comes again as everybody else does. */
async function worker(number, administrator, pool) {
  const client = connect(administrator);
  let known;
  while (!stopped && Date.now() < until) {
    const next = Date.now() + pace;
    await guest(client, pool).catch(() => {});
    known = await member(client, pool, `user-${number}`, known).catch(() => known);
    await new Promise(resolve => setTimeout(resolve, next - Date.now()));
  }
  client.destroy();
}

/** What the signer wants of a hash: one that is keyed when it is given a key. */
class Sha256 {
  constructor(key) {
    this.hash = key ? createHmac('sha256', key) : createHash('sha256');
  }

  update(bytes) {
    this.hash.update(bytes);
  }

  async digest() {
    return this.hash.digest();
  }
}

/** IAM is spoken to by hand: its client is no peer of ours. */
async function makeRole(credentials, name, trust) {
  const signer = new SignatureV4({ credentials, region, service: 'iam', sha256: Sha256 });
  const { protocol, hostname, host, port } = new URL(endpoint);
  const request = await signer.sign({
    method: 'POST', protocol, hostname, port: port ? Number(port) : undefined, path: '/', query: {},
    headers: { host, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      Action: 'CreateRole', Version: '2010-05-08', RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust),
    }).toString(),
  });
  const answer = await fetch(endpoint, { method: 'POST', headers: request.headers, body: request.body });
  const text = await answer.text();
  if (!answer.ok) {
    throw new Error(text);
  }
  return text.match(/<Arn>(.*)<\/Arn>/)[1];
}

const trustIn = pool => ({
  Version: '2012-10-17',
  Statement: [{
    Effect: 'Allow', Principal: { Federated: ours }, Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${ours}:aud`]: pool } },
  }],
});

async function makePool(client, credentials) {
  const { IdentityPoolId } = await client.send(new CreateIdentityPoolCommand({
    IdentityPoolName: 'rehearsal', AllowUnauthenticatedIdentities: true, DeveloperProviderName: domain,
  }));
  const role = await makeRole(credentials, `rehearsal-${process.pid}-${Date.now()}`, trustIn(IdentityPoolId));
  await client.send(new SetIdentityPoolRolesCommand({ IdentityPoolId, Roles: { authenticated: role, unauthenticated: role } }));
  return IdentityPoolId;
}

const administrator = credentialsFromEnvironment();
const setUp = connect(administrator);
const pool = await makePool(setUp, administrator);
await guest(setUp, pool);
console.log('ready');
const began = performance.now();
await Promise.all(Array.from({ length: workers }, (_, number) => worker(number, administrator, pool)));

times.sort((a, b) => a - b);
const quantile = share => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))]);
console.log(JSON.stringify({
  calls, failed: failures.length, retried: Object.values(retries).reduce((sum, count) => sum + count, 0), retries,
  seconds: Math.round((performance.now() - began) / 1000), p50: quantile(0.5), p99: quantile(0.99), max: quantile(1),
  failures: failures.slice(0, 20),
}));
process.exit(failures.length ? 1 : 0);
