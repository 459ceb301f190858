// A real SAML 2.0 identity provider: npm's samlp, without its pages.
//
//   KEY, CERT   PEM texts of the private key and the certificate that it signs with
//   ISSUER      its entity id
//
// One JSON request per line of standard input, one JSON answer line each, in the same order:
//
//   {"metadata":true}                                            its metadata document, {"xml":…}
//   {"user":…,"sign":"assertion"|"response"|"both", …}           a response of the POST binding, {"token":base64}
//
// Further members of a request for a response: algorithm, digest, format (of the NameID), attributes, audience, recipient,
// destination, lifetime (seconds).
import { createInterface } from 'node:readline';
import samlp from 'samlp';

const { KEY: key, CERT: cert, ISSUER: issuer } = process.env;
const SIGN_IN = 'https://signin.aws.amazon.com/saml';

function metadata() {
  let xml;
  const answer = { set() {}, send: (document) => { xml = document; } };
  const options = { issuer, cert, redirectEndpointPath: '/sso', postEndpointPath: '/sso' };
  samlp.metadata(options)({ headers: { host: 'idp.example.test' }, protocol: 'https', originalUrl: '/' }, answer);
  return { xml };
}

function respond(request) {
  const recipient = request.recipient ?? SIGN_IN;
  const options = {
    issuer,
    key,
    cert,
    recipient,
    audience: request.audience ?? 'urn:amazon:webservices',
    destination: request.destination ?? recipient,
    signAssertion: request.sign !== 'response',
    signResponse: request.sign !== 'assertion',
    signatureAlgorithm: request.algorithm ?? 'rsa-sha256',
    digestAlgorithm: request.digest ?? 'sha256',
    lifetimeInSeconds: request.lifetime ?? 300,
    nameIdentifierFormat: request.format ?? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    profileMapper: ({ id }) => ({
      getClaims: () => request.attributes ?? {},
      getNameIdentifier: () => ({ nameIdentifier: id }),
    }),
  };
  return new Promise((resolve, reject) => {
    samlp.getSamlResponse(options, { id: request.user }, (error, xml) => {
      if (error) {
        reject(error);
      } else {
        resolve({ token: Buffer.from(`${xml}`).toString('base64') });
      }
    });
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  console.log(JSON.stringify(request.metadata ? metadata() : await respond(request)));
}
