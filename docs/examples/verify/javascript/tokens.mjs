// Verifies the OpenID tokens of one identity pool. Needs npm's jose.
//
//   ISSUER=https://identity.example.com POOL=us-east-1:… node tokens.mjs < tokens.txt
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { answerLines, numberOf, Refused, requireSafe } from './lines.mjs';

const FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const IDENTITY = /^[\w-]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TAGS = 'https://aws.amazon.com/tags';
const CLOCK_DIFFERENCE = 30;

/**
 * verify(token) resolves to who sent it, throws Refused when the token is not good, and anything else when that could not be found
 * out. The algorithm comes from here and never from the token or the discovery document.
 */
export function tokenVerifier({ issuer, pool, algorithm = 'RS512', allowGuests = false, maxAge = 86400, cooldown = 30 }) {
  requireSafe(issuer);
  let keys;
  return async function verify(token) {
    if (token.length > 65536 || !FORM.test(token)) {
      throw new Refused('not a signed token');
    }
    keys ??= createRemoteJWKSet(await discover(issuer), {
      cacheMaxAge: 3600_000, // as our Cache-Control says; an unknown kid asks earlier,
      cooldownDuration: cooldown * 1000, // but not more often than this
      timeoutDuration: 5000,
    });
    return whoSent(await claimsOf(token, keys, { issuer, pool, algorithm, maxAge }), pool, allowGuests);
  };
}

async function discover(issuer) {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(5000),
  });
  const document = response.ok ? await response.json() : {};
  if (document.issuer !== issuer) {
    throw new Error(`no discovery document of ${issuer} (status ${response.status})`);
  }
  const keys = new URL(document.jwks_uri);
  if (keys.origin !== new URL(issuer).origin) {
    throw new Error('the keys are at another origin');
  }
  return keys;
}

async function claimsOf(token, keys, { issuer, pool, algorithm, maxAge }) {
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      algorithms: [algorithm],
      issuer,
      audience: pool,
      requiredClaims: ['sub', 'aud', 'iat', 'exp'],
      maxTokenAge: maxAge,
      clockTolerance: CLOCK_DIFFERENCE,
    });
    if (typeof protectedHeader.kid !== 'string') {
      throw new Refused('no kid');
    }
    return payload;
  } catch (error) {
    if (isUnavailable(error)) {
      throw error;
    }
    throw new Refused(error.message);
  }
}

/** jose throws its own errors for tokens, and these when it could not get the keys. */
const isUnavailable = (error) =>
  !(error instanceof Refused) && (!(error instanceof errors.JOSEError)
    || error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid || error.code === 'ERR_JOSE_GENERIC');

function whoSent(claims, pool, allowGuests) {
  const { sub, aud, amr, exp } = claims;
  if (aud !== pool) {
    throw new Refused('aud is not the pool alone');
  }
  if (typeof sub !== 'string' || !IDENTITY.test(sub)) {
    throw new Refused('sub is not an identity');
  }
  if (!Array.isArray(amr) || !amr.every((method) => typeof method === 'string')) {
    throw new Refused('amr is not a list');
  }
  if (!amr.includes('authenticated') && !(allowGuests && amr.includes('unauthenticated'))) {
    throw new Refused('a guest');
  }
  return { identityId: sub, methods: amr, tags: tagsOf(claims), expiresAt: exp };
}

function tagsOf(claims) {
  if (!(TAGS in claims)) {
    return {};
  }
  const tags = claims[TAGS]?.principal_tags;
  const isTag = ([, values]) => Array.isArray(values) && values.length === 1 && typeof values[0] === 'string';
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags) || !Object.entries(tags).every(isTag)) {
    throw new Refused('principal tags are malformed');
  }
  return Object.fromEntries(Object.entries(tags).map(([key, [value]]) => [key, value]));
}

export const fromEnvironment = (env) => tokenVerifier({
  issuer: env.ISSUER,
  pool: env.POOL,
  algorithm: env.ALGORITHM,
  allowGuests: env.ALLOW_GUESTS === 'true',
  maxAge: numberOf(env.MAX_AGE),
  cooldown: numberOf(env.COOLDOWN),
});

if (import.meta.url === `file://${process.argv[1]}`) {
  await answerLines(fromEnvironment(process.env));
}
