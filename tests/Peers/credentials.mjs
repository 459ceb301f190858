// The credential provider of AWS SDK for JavaScript v3, and its STS client with what came out:
//
//   credentials.mjs ENDPOINT REGION POOL [LOGIN_KEY TOKEN]
//
// Prints {"arn":…,"identityId":…} as one line, or {"code":…} of the error that it ended with.
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { fromCognitoIdentityPool } from '@aws-sdk/credential-providers';

const [endpoint, region, identityPoolId, key, token] = process.argv.slice(2);
const credentials = fromCognitoIdentityPool({
  identityPoolId, clientConfig: { endpoint, region }, ...(key && { logins: { [key]: token } }),
});
try {
  const { identityId } = await credentials();
  const sts = new STSClient({ endpoint, region, credentials });
  const { Arn: arn } = await sts.send(new GetCallerIdentityCommand({}));
  console.log(JSON.stringify({ arn, identityId }));
} catch (error) {
  console.log(JSON.stringify({ code: error.name }));
}
