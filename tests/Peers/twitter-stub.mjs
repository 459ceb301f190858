// A stub of the vendor's side of Twitter (X) and Digits: it checks signatures of OAuth 1.0a from scratch and refuses as the vendor does.
//
//   PORT   where to listen; 0 or absent means any free port. 'ready <url>' on standard output says which.
//
// What it serves, and by whose word:
//   GET /1.1/account/verify_credentials.json    https://developer.x.com/en/docs/twitter-api/v1/accounts-and-users/
//                                               manage-account-settings/api-reference/get-account-verify_credentials
//   GET /2/users/me               https://docs.x.com/x-api/users/get-my-user
//   GET /1.1/sdk/account.json     Digits; closed in 2017, known from its SDK alone
// Signatures: https://developer.twitter.com/en/docs/authentication/oauth-1-0a/creating-a-signature and RFC 5849 section 3.4
// Error codes: https://developer.twitter.com/en/support/twitter-api/error-troubleshooting
//
// Its control channel, all JSON:
//   POST /control/consumers  {"key":…,"secret":…}
//   POST /control/tokens     {"consumer":…,"token":…,"secret":…,"id":"…","state":…}; state: absent, suspended, locked, revoked
//   POST /control/fault      {"code":135} or {"status":500,"body":"…"} or {"hang":true} or {"drop":true}; {} ends it
//   GET  /control/requests   [{"path":…,"query":{…},"oauth":{…},"status":200,"code":null}]; DELETE forgets them
import { createHmac, timingSafeEqual } from 'node:crypto';
import http from 'node:http';

const SKEW_SECONDS = 300;
const ACCOUNT_PATHS = {
  '/1.1/account/verify_credentials.json': { allowed: ['include_entities', 'skip_status', 'include_email'], body: user },
  '/2/users/me': { allowed: ['expansions', 'tweet.fields', 'user.fields'], body: userOfVersion2 },
  '/1.1/sdk/account.json': { allowed: [], body: digitsAccount },
};

// Status and text of each code, as the vendor's page lists them.
const ERRORS = {
  32: [401, 'Could not authenticate you.'],
  63: [403, 'User has been suspended.'],
  64: [403, 'Your account is suspended and is not permitted to access this feature.'],
  88: [429, 'Rate limit exceeded.'],
  89: [401, 'Invalid or expired token.'],
  130: [503, 'Over capacity'],
  131: [500, 'Internal error'],
  135: [401, 'Timestamp out of bounds.'],
  215: [400, 'Bad Authentication data.'],
  220: [403, 'Your credentials do not allow access to this resource.'],
  261: [403, 'Application cannot perform write actions.'],
  326: [403, 'To protect our users from spam and other malicious activity, this account is temporarily locked.'],
  453: [403, 'You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints.'],
};
const CODE_OF_STATE = { suspended: 64, locked: 326, revoked: 89 };

const consumers = new Map();
const tokens = new Map();
const nonces = new Set();
let requests = [];
let fault = {};

const encode = (text) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Pairs of a query: a plus is a space in one. */
const pairsOf = (query) => [...new URLSearchParams(query)];

function signatureOf(method, url, oauth, consumerSecret, tokenSecret) {
  const parameters = [...pairsOf(url.search), ...Object.entries(oauth).filter(([name]) => name !== 'oauth_signature')]
    .map(([name, value]) => [encode(name), encode(value)])
    .sort(([a, x], [b, y]) => (a === b ? Number(x > y) - Number(x < y) : Number(a > b) - Number(a < b)))
    .map((pair) => pair.join('='))
    .join('&');
  const base = [method, encode(url.origin + url.pathname), encode(parameters)].join('&');
  return createHmac('sha1', `${encode(consumerSecret)}&${encode(tokenSecret)}`).update(base).digest('base64');
}

function same(a, b) {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The oauth_ parameters of an Authorization header, or null when it has not exactly the form of RFC 5849 section 3.5.1. */
function parseHeader(header) {
  if (!header?.startsWith('OAuth ')) {
    return null;
  }
  const oauth = {};
  for (const part of header.slice('OAuth '.length).split(',')) {
    const match = /^\s*(oauth_[a-z_]+)="([A-Za-z0-9\-._~%]*)"\s*$/.exec(part);
    if (!match || match[1] in oauth) {
      return null;
    }
    oauth[match[1]] = decodeURIComponent(match[2]);
  }
  return oauth;
}

/** The code of the refusal, or the token's account. */
function authenticate(method, url, oauth) {
  const consumer = oauth && consumers.get(oauth.oauth_consumer_key);
  if (!oauth || oauth.oauth_version !== '1.0' || !oauth.oauth_nonce || !oauth.oauth_signature || !oauth.oauth_token) {
    return { code: 215 };
  }
  if (oauth.oauth_signature_method !== 'HMAC-SHA1' || !consumer) {
    return { code: 32 };
  }
  if (!/^\d+$/.test(oauth.oauth_timestamp ?? '') || Math.abs(Date.now() / 1000 - Number(oauth.oauth_timestamp)) > SKEW_SECONDS) {
    return { code: 135 };
  }
  const token = tokens.get(oauth.oauth_token);
  if (!token) {
    return { code: 89 };
  }
  // A token of another app cannot be told from a wrong signature: neither was made with this app's secret.
  const expected = signatureOf(method, url, oauth, consumer.secret, token.secret);
  if (token.consumer !== oauth.oauth_consumer_key || !same(expected, oauth.oauth_signature)) {
    return { code: 32 };
  }
  const nonce = `${oauth.oauth_consumer_key} ${oauth.oauth_timestamp} ${oauth.oauth_nonce}`;
  if (nonces.has(nonce)) {
    return { code: 32 };
  }
  nonces.add(nonce);
  return token.state ? { code: CODE_OF_STATE[token.state] } : { token };
}

// The number is written by hand: it is beyond what JavaScript counts exactly.
function user({ id }, query) {
  const email = query.include_email === 'true' ? ',"email":null' : '';
  const entities = query.include_entities === 'false' ? '' : ',"entities":{"description":{"urls":[]}}';
  const status = query.skip_status === 'true' ? '' : ',"status":{"id":1,"id_str":"1","text":"hello"}';
  return `{"id":${id},"id_str":"${id}","name":"Someone","screen_name":"someone"${entities}${status}${email}}`;
}

function userOfVersion2({ id }) {
  return `{"data":{"id":"${id}","name":"Someone","username":"someone"}}`;
}

function digitsAccount({ id, token, secret }) {
  return `{"id_str":"${id}","id":${id},"phone_number":"+15550001","access_token":${JSON.stringify({ token, secret })}}`;
}

function answerAccount(request, url, endpoint) {
  const oauth = parseHeader(request.headers.authorization);
  const query = Object.fromEntries(pairsOf(url.search));
  const seen = { path: url.pathname, query, oauth, status: 200, code: null };
  requests.push(seen);
  const refuse = (code) => {
    [seen.status, seen.code] = [ERRORS[code][0], code];
    return [seen.status, JSON.stringify({ errors: [{ code, message: ERRORS[code][1] }] })];
  };
  if (fault.code) {
    return refuse(fault.code);
  }
  if (fault.status) {
    seen.status = fault.status;
    return [fault.status, fault.body ?? ''];
  }
  const { code, token } = authenticate(request.method, url, oauth);
  if (code) {
    return refuse(code);
  }
  if (Object.keys(query).some((name) => !endpoint.allowed.includes(name)) && url.pathname.startsWith('/2/')) {
    seen.status = 400;
    return [400, '{"title":"Invalid Request","type":"https://api.twitter.com/2/problems/invalid-request"}'];
  }
  return [200, endpoint.body(token, query)];
}

const control = {
  'POST /control/consumers': (body) => void consumers.set(body.key, body),
  'POST /control/tokens': (body) => void tokens.set(body.token, body),
  'POST /control/fault': (body) => void (fault = body),
  'GET /control/requests': () => requests,
  'DELETE /control/requests': () => void (requests = []),
};

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return chunks.length ? JSON.parse(Buffer.concat(chunks)) : {};
}

async function handle(request, response) {
  const url = new URL(request.url, `http://${request.headers.host}`);
  const command = control[`${request.method} ${url.pathname}`];
  if (command) {
    response.end(JSON.stringify(command(await bodyOf(request)) ?? {}));
    return;
  }
  const endpoint = request.method === 'GET' && ACCOUNT_PATHS[url.pathname];
  if (!endpoint) {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end('{"errors":[{"code":34,"message":"Sorry, that page does not exist."}]}');
    return;
  }
  const [status, body] = answerAccount(request, url, endpoint);
  if (fault.drop) {
    request.socket.destroy();
  } else if (!fault.hang) {
    response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' });
    response.end(body);
  }
}

const server = http.createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error);
    response.destroy();
  });
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log(`ready http://127.0.0.1:${server.address().port}`));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => process.exit(0));
}
