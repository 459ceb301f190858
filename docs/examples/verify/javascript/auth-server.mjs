// Answers NGINX's auth_request: 204 and who it is, 401 when the token is not good, 503 when that could not be found out.
//
//   ISSUER=https://identity.example.com POOL=us-east-1:… PORT=9001 node auth-server.mjs
import { createServer } from 'node:http';
import { Refused } from './lines.mjs';
import { fromEnvironment } from './tokens.mjs';

const verify = fromEnvironment(process.env);

async function answer(request) {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  try {
    const { identityId } = await verify(token ?? '');
    return [204, { 'X-Identity-Id': identityId }];
  } catch (error) {
    return error instanceof Refused ? [401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }] : [503, {}];
  }
}

const server = createServer(async (request, response) => {
  response.writeHead(...(await answer(request))).end();
});
server.listen(Number(process.env.PORT ?? 9001), '127.0.0.1', () => console.log(`ready ${server.address().port}`));
