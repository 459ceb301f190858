// Login with Amazon as far as it tells about access tokens, on loopback. Of no use for anything but tests.
//
//   GET /auth/o2/tokeninfo?access_token   https://developer.amazon.com/docs/login-with-amazon/obtain-customer-profile.html
//   GET /user/profile                     the same page; Authorization: Bearer, x-amz-access-token or access_token
//
// Controls beyond those of vendor-stub.mjs:
//   POST /__stub/tokens   {token, client, app, user, expiresIn, scope, info, profile}
//                         'scope' is "profile" if absent; 'info' is laid over tokeninfo's answer, 'profile' over the profile's
import { json, serveVendor, single } from './vendor-stub.mjs';

const tokens = new Map();

// Both endpoints answer a bad token with the same words.
const invalidToken = () => json(400, {
  error: 'invalid_token',
  error_description: 'The request has an invalid parameter : access_token',
});

const find = (token) => {
  const record = tokens.get(token ?? '');
  return record && record.expiresAt > Date.now() ? record : undefined;
};

function tokenInfo(request) {
  const record = find(single(request, 'access_token'));
  if (!record) {
    return invalidToken();
  }
  return json(200, {
    iss: 'https://www.amazon.com',
    user_id: record.user,
    aud: record.client,
    app_id: record.app,
    exp: Math.floor((record.expiresAt - Date.now()) / 1000), // Seconds that remain, not a point in time.
    iat: Math.floor(record.issuedAt / 1000),
    ...record.info,
  });
}

function profile(request) {
  const [scheme, bearer] = (request.headers.authorization ?? '').split(' ');
  const record = find(scheme === 'Bearer' ? bearer : request.headers['x-amz-access-token'] ?? single(request, 'access_token'));
  if (!record) {
    return invalidToken();
  }
  if (!/\bprofile\b/.test(record.scope)) {
    return json(403, { error: 'insufficient_scope', error_description: 'The access token has no scope for this.', request_id: 'stub' });
  }
  return json(200, { user_id: record.user, name: 'Stub User', email: 'stub@example.test', ...record.profile });
}

const paths = { '/auth/o2/tokeninfo': tokenInfo, '/user/profile': profile };

serveVendor({
  answer: (request) => {
    const call = request.method === 'GET' && Object.hasOwn(paths, request.path) ? paths[request.path] : undefined;
    return call ? call(request) : json(404, { error: 'invalid_request', error_description: 'Unknown path', request_id: 'stub' });
  },
  controls: {
    tokens: ({ expiresIn = 3600, scope = 'profile', ...record }) => {
      const now = Date.now();
      tokens.set(record.token, { ...record, scope, issuedAt: now, expiresAt: now + expiresIn * 1000 });
    },
  },
});
