// AWS.CognitoIdentityCredentials of AWS SDK for JavaScript v2, and its STS client with what came out:
//
//   caller-v2.mjs ENDPOINT REGION POOL LOGIN_KEY TOKEN [ROLE]
//
// With ROLE it takes the classic flow, through AssumeRoleWithWebIdentity. Prints {"arn":…,"identityId":…} as one line, or {"code":…}.
import { createRequire } from 'node:module';

process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
const AWS = createRequire(import.meta.url)('aws-sdk');

const [endpoint, region, pool, key, token, role] = process.argv.slice(2);
AWS.config.update({ region, maxRetries: 0, sts: { endpoint }, cognitoidentity: { endpoint } });
const credentials = new AWS.CognitoIdentityCredentials(
  { IdentityPoolId: pool, Logins: { [key]: token }, ...(role && { RoleArn: role }) },
);
try {
  await credentials.getPromise();
  const { Arn: arn } = await new AWS.STS({ endpoint, region, credentials }).getCallerIdentity().promise();
  console.log(JSON.stringify({ arn, identityId: credentials.identityId }));
} catch (error) {
  console.log(JSON.stringify({ code: error.code, message: error.message }));
}
