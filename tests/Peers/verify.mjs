// A stranger who verifies a token with nothing but the issuer's discovery document:
//
//   verify.mjs ISSUER TOKEN [AUDIENCE]
//
// Prints {"header":…,"claims":…} as one line, or says on standard error why the token is not valid and exits with 1.
import { createRemoteJWKSet, jwtVerify } from 'jose';

async function discover(issuer) {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(url, { redirect: 'error' });
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}`);
  }
  const document = await response.json();
  if (document.issuer !== issuer) {
    throw new Error(`the discovery document is for '${document.issuer}', not for '${issuer}'`);
  }
  return document;
}

async function verify(issuer, token, audience) {
  const document = await discover(issuer);
  const { protectedHeader, payload } = await jwtVerify(token, createRemoteJWKSet(new URL(document.jwks_uri)), {
    issuer,
    audience,
    algorithms: document.id_token_signing_alg_values_supported,
    requiredClaims: ['sub', 'aud', 'iat', 'exp'],
  });
  return { header: protectedHeader, claims: payload };
}

const [issuer, token, audience] = process.argv.slice(2);
if (!issuer || !token) {
  console.error('usage: verify.mjs ISSUER TOKEN [AUDIENCE]');
  process.exit(2);
}
try {
  console.log(JSON.stringify(await verify(issuer, token, audience)));
} catch (error) {
  console.error(`not valid: ${error.message}`);
  process.exit(1);
}
