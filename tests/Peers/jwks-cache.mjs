// A verifier that keeps the issuer's keys, as RFC 7517 clients do: for MAX_AGE milliseconds, and it looks again for a key that it does
// not know after COOLDOWN milliseconds at the earliest.
//
//   jwks-cache.mjs ISSUER JWKS_URL MAX_AGE COOLDOWN   one token per line of standard input, one answer line each
//
// An answer is {"ok":true,"kid":…} or {"ok":false,"error":…}.
import { createInterface } from 'node:readline';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const [issuer, url, maxAge, cooldown] = process.argv.slice(2);
if (!cooldown) {
  console.error('usage: jwks-cache.mjs ISSUER JWKS_URL MAX_AGE COOLDOWN');
  process.exit(2);
}
const keys = createRemoteJWKSet(new URL(url), { cacheMaxAge: Number(maxAge), cooldownDuration: Number(cooldown) });

async function answer(token) {
  try {
    const { protectedHeader } = await jwtVerify(token, keys, { issuer, requiredClaims: ['sub', 'aud', 'iat', 'exp'] });
    return { ok: true, kid: protectedHeader.kid };
  } catch (error) {
    return { ok: false, error: `${error.code}: ${error.message}` };
  }
}

for await (const token of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(token)));
}
