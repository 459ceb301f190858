// A Cognito user pool emulator on loopback: npm's cognito-local, with pools whose ids look like real ones.
//
//   PORT    where to listen; 0 or absent means any free port. 'ready <url>' on standard output says which.
//   ISSUER  what tokens say before '/<pool id>' in iss, when it is not the address itself.
//   POOLS   ids of the pools to begin with, separated by commas.
//
// Everything else goes through the user pool API itself: POST / with X-Amz-Target, unsigned. Its signing key is published in the
// npm package, so anybody can forge its tokens: never trust it outside of tests.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const pools = (process.env.POOLS ?? 'us-east-1_TEST00001').split(',');

// The configuration names the port before the server listens, so a free one has to be known first.
const freePort = () => new Promise((resolve, reject) => {
  const probe = net.createServer().once('error', reject).listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

function seed(url, port) {
  mkdirSync('.cognito/db', { recursive: true });
  const config = {
    TokenConfig: { IssuerDomain: process.env.ISSUER ?? url },
    ServerConfig: { hostname: '127.0.0.1', port },
  };
  writeFileSync('.cognito/config.json', JSON.stringify(config));
  for (const id of pools) {
    const arn = `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${id}`;
    // Without UsernameAttributes a user name stays what it was created as, and can be given away again.
    const options = { Id: id, Name: id, Arn: arn, UsernameAttributes: [] };
    writeFileSync(`.cognito/db/${id}.json`, JSON.stringify({ Users: {}, Options: options }));
  }
}

const folder = mkdtempSync(join(tmpdir(), 'cognito-local-'));
process.chdir(folder);
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => process.exit(0));
}

const port = Number(process.env.PORT ?? 0) || await freePort();
const url = `http://127.0.0.1:${port}`;
seed(url, port);
const emulator = require.resolve('cognito-local');
const pino = createRequire(emulator)('pino');
const { createDefaultServer } = require(join(emulator, '..', 'server', 'index.js'));
await (await createDefaultServer(pino({ level: 'silent' }))).start();
console.log(`ready ${url}`);
