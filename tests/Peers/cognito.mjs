// AWS SDK for JavaScript v3 as a client of the server; lines.mjs describes how it is called.
import * as sdk from '@aws-sdk/client-cognito-identity';
import { credentialsFromEnvironment, serve, setClockFromEnvironment } from './lines.mjs';

// Public operations never ask for credentials; the others must not go looking for some on this machine.
async function noCredentials() {
  throw new Error('this operation needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
}

function connect(endpoint, region) {
  const credentials = credentialsFromEnvironment();
  const skewed = setClockFromEnvironment();
  const client = new sdk.CognitoIdentityClient({
    endpoint, region, maxAttempts: Number(process.env.MAX_ATTEMPTS ?? (skewed ? 2 : 1)), credentials: credentials ?? noCredentials,
  });
  return async (operation, input) => {
    const Command = sdk[`${operation}Command`];
    if (!Command) {
      return { ok: false, name: 'UnknownCommand', message: `The SDK has no operation '${operation}'.` };
    }
    try {
      const { $metadata, ...output } = await client.send(new Command(input));
      return { ok: true, output, status: $metadata.httpStatusCode, requestId: $metadata.requestId, attempts: $metadata.attempts };
    } catch (error) {
      return {
        ok: false,
        name: error.name,
        message: error.message,
        status: error.$metadata?.httpStatusCode,
        requestId: error.$metadata?.requestId,
        // Modelled errors are classes of their own; what the SDK does not know is the bare service exception.
        isModeled: error instanceof sdk.CognitoIdentityServiceException
          && error.constructor !== sdk.CognitoIdentityServiceException,
      };
    }
  };
}

await serve(connect);
