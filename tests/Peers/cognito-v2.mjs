// AWS SDK for JavaScript v2, still in many applications, as a client of the server; lines.mjs describes how it is called.
// This SDK keeps no list of modelled errors, so its answers have no isModeled.
import { createRequire } from 'node:module';
import { credentialsFromEnvironment, serve, setClockFromEnvironment } from './lines.mjs';

process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
const AWS = createRequire(import.meta.url)('aws-sdk');

// Signed calls without credentials must fail in the SDK itself instead of asking an instance for some.
AWS.config.credentials = null;

function connect(endpoint, region) {
  const credentials = credentialsFromEnvironment();
  const skewed = setClockFromEnvironment();
  const client = new AWS.CognitoIdentity({
    endpoint,
    region,
    correctClockSkew: skewed,
    maxRetries: skewed ? 1 : 0,
    credentials: credentials ? new AWS.Credentials(credentials) : null,
  });
  return async (operation, input) => {
    const name = operation.charAt(0).toLowerCase() + operation.slice(1);
    if (typeof client[name] !== 'function') {
      return { ok: false, name: 'UnknownCommand', message: `The SDK has no operation '${operation}'.` };
    }
    const request = credentials ? client[name](input) : client.makeUnauthenticatedRequest(name, input);
    try {
      const { $response, ...output } = await request.promise();
      return { ok: true, output, status: $response.httpResponse.statusCode, requestId: $response.requestId, attempts: $response.retryCount + 1 };
    } catch (error) {
      return {
        ok: false,
        name: error.code,
        message: error.message,
        status: error.statusCode,
        requestId: error.requestId,
      };
    }
  };
}

await serve(connect);
