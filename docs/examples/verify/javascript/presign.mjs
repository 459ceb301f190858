// Proves who this program is: prints a URL that only the owner of the credentials can have made, for one server and one minute.
// Needs npm's @smithy/signature-v4.
//
//   STS=https://identity.example.com SERVER_ID=api.example.com AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… node presign.mjs
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

class Sha256 {
  constructor(secret) {
    this.hash = secret ? createHmac('sha256', secret) : createHash('sha256');
  }

  update(bytes) {
    this.hash.update(bytes);
  }

  async digest() {
    return new Uint8Array(this.hash.digest());
  }
}

export async function presign({ endpoint, region, serverId, credentials, lifetime = 60 }) {
  const { protocol, host, hostname, port } = new URL(endpoint);
  const signer = new SignatureV4({ credentials, region, service: 'sts', sha256: Sha256 });
  const { query } = await signer.presign({
    method: 'GET',
    protocol,
    hostname,
    port: port ? Number(port) : undefined,
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host, 'x-server-id': serverId },
  }, { expiresIn: lifetime });
  return `${endpoint}/?${Object.entries(query).map(([name, value]) => `${name}=${encode(value)}`).join('&')}`;
}

/** RFC 3986, as the signature counts it. */
export const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);

if (import.meta.url === `file://${process.argv[1]}`) {
  const { STS, AWS_REGION, SERVER_ID, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  console.log(await presign({
    endpoint: STS,
    region: AWS_REGION ?? 'us-east-1',
    serverId: SERVER_ID,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, sessionToken: AWS_SESSION_TOKEN },
  }));
}
