// npm's oidc-provider as an issuer of access tokens that are JWTs, for measuring: POST /token with grant_type=client_credentials,
// client_id=bench, client_secret and scope=api. Everything is in memory.
//
//   ALG   how tokens are signed, with a key made at start.
//   PORT  where to listen on loopback; 0 or absent means any free port. 'ready <address>' on standard output says which.
import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import { Provider } from 'oidc-provider';

const alg = process.env.ALG ?? 'RS256';
const resource = 'urn:bench';

const { privateKey } = alg.startsWith('ES')
  ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
  : generateKeyPairSync('rsa', { modulusLength: 2048 });

const configuration = {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg }] },
  clients: [{
    client_id: 'bench',
    client_secret: 'x'.repeat(64),
    token_endpoint_auth_method: 'client_secret_post',
    id_token_signed_response_alg: alg,
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
  }],
  enabledJWA: { idTokenSigningAlgValues: [alg] },
  scopes: ['api'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        audience: resource, scope: 'api', accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg } },
      }),
    },
  },
};

const server = http.createServer();
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(address, configuration);
  provider.on('server_error', (_ctx, error) => console.error(error));
  server.on('request', provider.callback());
  console.log(`ready ${address}`);
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => process.exit(0));
}
