// The credential provider of AWS SDK for JavaScript v2, which old applications still carry:
//
//   credentials-v2.mjs ENDPOINT REGION POOL [IDENTITY]
//
// With IDENTITY it starts from a cached id, as applications do. Prints {"code":…,"identityId":…} as one line: the error that asking
// for credentials ended with, and the id that the provider keeps for the next time.
import { createRequire } from 'node:module';

process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
const AWS = createRequire(import.meta.url)('aws-sdk');

const [endpoint, region, pool, identity] = process.argv.slice(2);
const credentials = new AWS.CognitoIdentityCredentials(
  { IdentityPoolId: pool, ...(identity && { IdentityId: identity }) },
  { endpoint, region, maxRetries: 0 },
);
credentials.get((error) => {
  console.log(JSON.stringify({ code: error?.code ?? null, identityId: credentials.identityId ?? null }));
});
