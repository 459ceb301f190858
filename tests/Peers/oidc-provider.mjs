// A real OpenID provider, on loopback unless told otherwise: npm's oidc-provider, with one client for every signing algorithm.
//
//   PORT    where to listen; 0 or absent means any free port. 'ready <issuer>' on standard output says which.
//   HOST    the address to listen on, when containers call that cannot reach loopback.
//   ISSUER  the issuer to announce, when it is not the address itself.
//   KEYGEN  suffix of every key id. Another value at the next start is an ordinary rotation; the same value is the nasty
//           one, new keys under old ids.
//
// ID tokens come from POST /token with grant_type=urn:test:subject, client_id=client-<ALG>, client_secret and subject;
// claims is JSON of further claims.
import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import { Provider, errors } from 'oidc-provider';

const SUBJECT_GRANT = 'urn:test:subject';
const CLIENT_SECRET = 'x'.repeat(64);
const ALGORITHMS = [
  'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'HS256',
];

const generation = process.env.KEYGEN ?? '1';

function signingKey(name, type, options, alg) {
  const { privateKey } = generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), kid: `${name}-${generation}`, use: 'sig', ...(alg && { alg }) };
}

// The RSA key names no algorithm because it serves RS and PS, the Ed25519 key because it goes by two names.
const signingKeys = () => [
  signingKey('rsa', 'rsa', { modulusLength: 2048 }),
  signingKey('p256', 'ec', { namedCurve: 'P-256' }, 'ES256'),
  signingKey('p384', 'ec', { namedCurve: 'P-384' }, 'ES384'),
  signingKey('p521', 'ec', { namedCurve: 'P-521' }, 'ES512'),
  signingKey('ed25519', 'ed25519', {}),
];

const client = (algorithm) => ({
  client_id: `client-${algorithm}`,
  client_secret: CLIENT_SECRET,
  id_token_signed_response_alg: algorithm,
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: [SUBJECT_GRANT],
  response_types: [],
  redirect_uris: [],
});

function findAccount(_ctx, subject) {
  return {
    accountId: subject,
    claims: () => ({
      sub: subject,
      email: `${subject}@example.test`,
      email_verified: true,
      groups: ['admins', 'dev'],
      department: 'engineering',
    }),
  };
}

function createProvider(issuer) {
  const provider = new Provider(issuer, {
    clients: ALGORITHMS.map(client),
    jwks: { keys: signingKeys() },
    enabledJWA: { idTokenSigningAlgValues: ALGORITHMS },
    claims: { openid: ['sub', 'groups', 'department'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    ttl: { IdToken: 3600 },
    findAccount,
  });
  provider.registerGrantType(SUBJECT_GRANT, issueForSubject(provider), ['subject', 'scope', 'nonce', 'claims']);
  provider.on('server_error', (_ctx, error) => console.error(error));
  return provider;
}

const issueForSubject = (provider) => async (ctx) => {
  const { subject, scope = 'openid email', nonce, claims } = ctx.oidc.params;
  if (!subject) {
    throw new errors.InvalidRequest('missing required parameter: subject');
  }
  const token = new provider.IdToken(findAccount(ctx, subject).claims(), { ctx });
  token.scope = scope;
  if (nonce) {
    token.set('nonce', nonce);
  }
  for (const [name, value] of Object.entries(JSON.parse(claims ?? '{}'))) {
    token.set(name, value);
  }
  ctx.body = { id_token: await token.issue({ use: 'idtoken' }), token_type: 'N_A', expires_in: 3600 };
};

// The issuer contains the port, so the port comes first.
const server = http.createServer();
server.listen(Number(process.env.PORT ?? 0), process.env.HOST ?? '127.0.0.1', () => {
  const issuer = process.env.ISSUER ?? `http://127.0.0.1:${server.address().port}`;
  server.on('request', createProvider(issuer).callback());
  console.log(`ready ${issuer}`);
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => process.exit(0));
}
