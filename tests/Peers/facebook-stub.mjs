// Facebook's Graph API as far as it tells about access tokens, on loopback. Of no use for anything but tests.
//
//   GET /vX.Y/debug_token?input_token&access_token   https://developers.facebook.com/docs/graph-api/reference/debug_token
//   GET /vX.Y/app?access_token                       https://developers.facebook.com/docs/graph-api/reference/application
//   GET /vX.Y/me?access_token[&appsecret_proof]      https://developers.facebook.com/docs/graph-api/reference/user
//
// Controls beyond those of vendor-stub.mjs:
//   POST /__stub/apps     {id, secret, requireProof}
//   POST /__stub/tokens   {token, app, user, type, expiresAt, error, inspected, me}
//                         'error' {code, subcode, message}: the token is refused everywhere with it; 'inspected' is laid over the
//                         data of debug_token; 'me' is another id that /me names
import { createHmac } from 'node:crypto';
import { json, serveVendor, single } from './vendor-stub.mjs';

const apps = new Map();
const tokens = new Map();

// https://developers.facebook.com/docs/graph-api/guides/error-handling: message, type, code, error_subcode, fbtrace_id.
const failure = (status, code, message, { type = 'OAuthException', subcode } = {}) => json(status, {
  error: { message, type, code, ...(subcode && { error_subcode: subcode }), fbtrace_id: 'AbCdEfGhIjK' },
});

// Facebook says the token back to the caller, which is why nobody may log its messages.
const malformed = (token) => failure(400, 190, `Malformed access token ${token}`);

/** An app's own token is "id|secret": https://developers.facebook.com/docs/facebook-login/guides/access-tokens#apptokens */
function appOfAppToken(token) {
  const [id, ...rest] = (token ?? '').split('|');
  const app = apps.get(id);
  return app && rest.join('|') === app.secret ? app : undefined;
}

/** The record of a good token, or the answer that refuses it. */
function authenticate(request) {
  const token = single(request, 'access_token');
  if (token === undefined) {
    return { refusal: failure(400, 2500, 'An active access token must be used to query information about the current user.') };
  }
  const app = appOfAppToken(token);
  if (app) {
    return { record: { token, app: app.id, type: 'APP' } };
  }
  const record = tokens.get(token);
  if (!record) {
    return { refusal: token.includes('|') ? failure(400, 190, 'Invalid OAuth access token signature.') : malformed(token) };
  }
  if (record.error) {
    return { refusal: failure(400, record.error.code, record.error.message ?? 'Error validating access token', record.error) };
  }
  if (record.expiresAt && record.expiresAt <= Date.now() / 1000) {
    return { refusal: failure(400, 190, 'Error validating access token: Session has expired', { subcode: 463 }) };
  }
  return prove(request, record);
}

// https://developers.facebook.com/docs/graph-api/guides/secure-requests: a proof that is sent has to be right, also where none is required.
function prove(request, record) {
  const { secret, requireProof } = apps.get(record.app) ?? {};
  const proof = single(request, 'appsecret_proof');
  if (proof === undefined) {
    return requireProof
      ? { refusal: failure(400, 100, 'API calls from the server require an appsecret_proof argument', { type: 'GraphMethodException' }) }
      : { record };
  }
  return proof === createHmac('sha256', secret ?? '').update(record.token).digest('hex')
    ? { record }
    : { refusal: failure(400, 100, 'Invalid appsecret_proof provided in the API argument', { type: 'GraphMethodException' }) };
}

function debugToken(request) {
  // An error about the caller's own token is an error as a whole; one about the inspected token is data of a success.
  const viewer = appOfAppToken(single(request, 'access_token'));
  if (!viewer) {
    return failure(400, 190, 'Invalid OAuth access token signature.');
  }
  const given = single(request, 'input_token');
  if (given === undefined) {
    return failure(400, 100, '(#100) The parameter input_token is required.');
  }
  const record = tokens.get(given) ?? (appOfAppToken(given) && { app: given.split('|')[0], type: 'APP' });
  if (!record) {
    return json(200, { data: { error: { code: 190, message: 'The access token could not be decrypted' }, is_valid: false, scopes: [] } });
  }
  if (record.app !== viewer.id) {
    return failure(400, 100, '(#100) The App_id in the input_token did not match the Viewing App');
  }
  return json(200, { data: { ...inspect(record), ...record.inspected } });
}

function inspect(record) {
  const common = {
    app_id: record.app,
    type: record.type ?? 'USER',
    application: 'Stub App',
    is_valid: true,
    scopes: ['email', 'public_profile'],
  };
  if (common.type === 'APP') {
    return common; // Neither user nor expiry.
  }
  const expired = record.expiresAt && record.expiresAt <= Date.now() / 1000;
  const error = record.error ?? (expired && { code: 190, subcode: 463, message: 'Error validating access token: Session has expired' });
  return {
    ...common,
    data_access_expires_at: 1_900_000_000,
    expires_at: record.expiresAt ?? 0,
    ...(error && { is_valid: false, error }),
    user_id: record.user,
  };
}

function app(request) {
  const { record, refusal } = authenticate(request);
  return refusal ?? json(200, { id: record.app, name: 'Stub App', link: `https://www.facebook.com/games/?app_id=${record.app}` });
}

function me(request) {
  const { record, refusal } = authenticate(request);
  if (refusal) {
    return refusal;
  }
  return record.type === 'APP'
    ? failure(400, 2500, 'An active access token must be used to query information about the current user.')
    : json(200, { id: record.me ?? record.user });
}

const paths = { debug_token: debugToken, app, me };

serveVendor({
  answer: (request) => {
    const [, name] = /^\/v[0-9]+\.[0-9]+\/(\w+)$/.exec(request.path) ?? [];
    const call = request.method === 'GET' && Object.hasOwn(paths, name ?? '') ? paths[name] : undefined;
    return call ? call(request) : failure(400, 2500, `Unknown path components: ${request.path}`);
  },
  controls: {
    apps: (app) => void apps.set(app.id, app),
    tokens: (record) => void tokens.set(record.token, record),
  },
});
