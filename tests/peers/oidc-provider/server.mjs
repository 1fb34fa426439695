// panva's oidc-provider on loopback, set up for the tests. Prints "READY <issuer>" when it listens, and ends when its
// standard input does, so that it outlives nobody.
// Environment (all optional):
//   PORT (any free one)  TTL_ACCESS=60 TTL_REFRESH=600 TTL_ID=300 TTL_CODE=60 TTL_DEVICE=120 TTL_SESSION=3600
//   ROTATE=1|0|default   ALWAYS_RT=1 (a refresh token without offline_access)   CLOCK_TOL=0 (seconds)
//   DPOP_NONCE=1 (requires its own nonce)   CLAIMS_IN_ID_TOKEN=1
//   TLS_CERT, TLS_KEY, TLS_CA (PEM files; TLS_CA is whose client certificates are good)
//   DEVICE_MASK='****-****'   EXTRA_CLIENTS=path of a JSON list   LOG=1
//   REDIRECT_PORTS=9999,… (of the client "web", whose redirect URIs match letter by letter)
//   CLIENT_JWK=path: where the private key of the client "pkjwt" is written, as a JWK
import * as http from 'node:http';
import * as https from 'node:https';
import * as fs from 'node:fs';
import * as crypto from 'node:crypto';
import { Provider, errors } from 'oidc-provider';

const E = process.env;
const number = (name, otherwise) => Number(E[name] ?? otherwise);
const tls = E.TLS_CERT && E.TLS_KEY;

function privateJwk(type, options, more) {
  const { privateKey } = crypto.generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', ...more };
}

const jwks = {
  keys: [
    privateJwk('rsa', { modulusLength: 2048 }, { kid: 'rsa-1' }), // no alg: serves RS256 and PS256
    privateJwk('ec', { namedCurve: 'P-256' }, { kid: 'ec-1', alg: 'ES256' }),
    privateJwk('ed25519', {}, { kid: 'ed-1' }),
  ],
};

const grants = ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'];
// A native client's loopback redirect URIs match any port (RFC 8252 §7.3).
const native = (client_id, more = {}) => ({
  client_id,
  application_type: 'native',
  redirect_uris: [
    'http://127.0.0.1/callback',
    'http://[::1]/callback',
    'http://localhost/callback',
    'com.example.tokeninspector:/callback',
  ],
  post_logout_redirect_uris: ['http://127.0.0.1/logged-out'],
  grant_types: grants,
  response_types: ['code'],
  ...more,
});
const open = (client_id, more = {}) => native(client_id, { token_endpoint_auth_method: 'none', ...more });
const hybrid = {
  grant_types: ['implicit', ...grants],
  response_types: ['code', 'code id_token', 'id_token', 'none'],
};

const clientKey = privateJwk('ec', { namedCurve: 'P-256' }, { kid: 'client-key-1', alg: 'ES256' });
if (E.CLIENT_JWK) fs.writeFileSync(E.CLIENT_JWK, JSON.stringify(clientKey), { mode: 0o600 });
const { d: _private, ...publicClientKey } = clientKey;

const redirectPorts = (E.REDIRECT_PORTS ?? '9999').split(',');
const clients = [
  open('public'),
  open('public-hybrid', hybrid),
  native('basic', {
    client_secret: 's3cr:et/+ %basic',
    token_endpoint_auth_method: 'client_secret_basic',
    ...hybrid,
    grant_types: [...hybrid.grant_types, 'client_credentials'],
  }),
  native('post', { client_secret: 'post-secret-post-secret', token_endpoint_auth_method: 'client_secret_post' }),
  native('jwt-secret', {
    client_secret: 'hs256-secret-hs256-secret-hs256-secret',
    token_endpoint_auth_method: 'client_secret_jwt',
  }),
  native('pkjwt', {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [publicClientKey] },
  }),
  native('hs256', {
    client_secret: 'hs256-idtoken-secret-0123456789abcdef',
    token_endpoint_auth_method: 'client_secret_post',
    id_token_signed_response_alg: 'HS256',
  }),
  open('es256', { id_token_signed_response_alg: 'ES256' }),
  open('eddsa', { id_token_signed_response_alg: 'EdDSA' }),
  open('ps256', { id_token_signed_response_alg: 'PS256' }),
  open('dpop', { dpop_bound_access_tokens: true }),
  open('par-only', { require_pushed_authorization_requests: true }),
  open('jwt-userinfo', { userinfo_signed_response_alg: 'RS256' }),
  open('jarm-es256', { authorization_signed_response_alg: 'ES256' }),
  // Native clients must ask the person each time, and a web client need not (RFC 8252 §8.6).
  open('web', {
    application_type: 'web',
    redirect_uris: redirectPorts.map((port) => `http://127.0.0.1:${port}/callback`),
  }),
  ...(tls ? [native('mtls', {
    token_endpoint_auth_method: 'tls_client_auth',
    tls_client_auth_san_dns: 'client.example.test',
    tls_client_certificate_bound_access_tokens: true,
    grant_types: [...grants, 'client_credentials'],
  })] : []),
  ...(E.EXTRA_CLIENTS ? JSON.parse(fs.readFileSync(E.EXTRA_CLIENTS, 'utf8')) : []),
];

const signing = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519', 'HS256'];
const jwtApi = (audience) => ({
  scope: 'api:read api:write',
  audience,
  accessTokenFormat: 'jwt',
  accessTokenTTL: number('TTL_ACCESS', 60),
  jwt: { sign: { alg: 'RS256' } },
});

const configuration = {
  clients,
  jwks,
  clockTolerance: number('CLOCK_TOL', 0),
  cookies: { keys: [crypto.randomBytes(16).toString('hex')] },
  scopes: ['openid', 'offline_access', 'profile', 'email', 'address', 'phone'],
  claims: {
    openid: ['sub'],
    acr: null,
    sid: null,
    auth_time: null,
    iss: null,
    amr: null,
    profile: ['name', 'given_name', 'family_name', 'preferred_username', 'picture', 'locale', 'updated_at'],
    email: ['email', 'email_verified'],
    address: ['address'],
    phone: ['phone_number', 'phone_number_verified'],
  },
  acrValues: ['urn:example:loa1', 'urn:example:loa2'],
  conformIdTokenClaims: E.CLAIMS_IN_ID_TOKEN !== '1',
  // Whatever is typed as login name becomes the subject; the account "ghost" has vanished.
  async findAccount(_context, sub) {
    if (sub === 'ghost') return undefined;
    return {
      accountId: sub,
      claims: async () => ({
        sub,
        name: `Test ${sub} Ünïcode 名前`,
        given_name: sub,
        family_name: 'Tester',
        preferred_username: sub,
        locale: 'de-CH',
        updated_at: 1700000000,
        picture: 'https://pictures.example.test/p.png',
        email: `${sub}@example.test`,
        email_verified: true,
        phone_number: '+15550100',
        phone_number_verified: false,
        address: { formatted: '1 Main St\nTown', country: 'CH' },
      }),
    };
  },
  ...(E.ALWAYS_RT === '1' && { issueRefreshToken: async (_context, client) => client.grantTypeAllowed('refresh_token') }),
  ...(E.ROTATE !== 'default' && { rotateRefreshToken: E.ROTATE !== '0' }),
  ttl: {
    AccessToken: (_context, token) => token.resourceServer?.accessTokenTTL ?? number('TTL_ACCESS', 60),
    ClientCredentials: number('TTL_ACCESS', 60),
    AuthorizationCode: number('TTL_CODE', 60),
    IdToken: number('TTL_ID', 300),
    RefreshToken: number('TTL_REFRESH', 600),
    DeviceCode: number('TTL_DEVICE', 120),
    Session: number('TTL_SESSION', 3600),
    Grant: number('TTL_SESSION', 3600),
    Interaction: 600,
  },
  responseTypes: ['code', 'code id_token', 'id_token', 'none'],
  enabledJWA: { idTokenSigningAlgValues: signing, userinfoSigningAlgValues: signing },
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true, mask: E.DEVICE_MASK ?? '****-****' },
    introspection: { enabled: true },
    revocation: { enabled: true },
    userinfo: { enabled: true },
    jwtUserinfo: { enabled: true },
    clientCredentials: { enabled: true },
    claimsParameter: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    jwtResponseModes: { enabled: true },
    requestObjects: { enabled: true },
    registration: { enabled: true },
    registrationManagement: { enabled: true },
    dPoP: {
      enabled: true,
      ...(E.DPOP_NONCE === '1' && { nonceSecret: crypto.randomBytes(32), requireNonce: () => true }),
    },
    resourceIndicators: {
      enabled: true,
      // Without resource the access token is opaque and good at userinfo; with it a JWT (RFC 9068).
      async getResourceServerInfo(_context, resource) {
        if (resource === 'urn:api:jwt' || resource === 'https://api.example.test/') return jwtApi(resource);
        if (resource === 'urn:api:opaque') return { scope: 'api:read api:write', accessTokenFormat: 'opaque' };
        throw new errors.InvalidTarget();
      },
      useGrantedResource: async () => true,
    },
  },
  clientBasedCORS: () => false,
};
if (tls) {
  configuration.clientAuthMethods = [
    'client_secret_basic', 'client_secret_jwt', 'client_secret_post', 'private_key_jwt', 'none', 'tls_client_auth',
  ];
  configuration.features.mTLS = {
    enabled: true,
    tlsClientAuth: true,
    certificateBoundAccessTokens: true,
    getCertificate: (context) => context.socket.getPeerX509Certificate(),
    certificateAuthorized: (context) => context.socket.authorized,
    certificateSubjectMatches: (context, property, expected) => property === 'tls_client_auth_san_dns'
      && context.socket.getPeerX509Certificate().subjectAltName === `DNS:${expected}`,
  };
  // POST to the authorization endpoint needs SameSite=None cookies, which browsers keep with Secure only.
  configuration.enableHttpPostMethods = true;
  const cookie = { httpOnly: true, sameSite: 'none', secure: true };
  configuration.cookies = { ...configuration.cookies, long: cookie, short: cookie };
}

const server = tls
  ? https.createServer({
    cert: fs.readFileSync(E.TLS_CERT),
    key: fs.readFileSync(E.TLS_KEY),
    // Asked for and not required: a browser has none.
    ...(E.TLS_CA && { ca: fs.readFileSync(E.TLS_CA), requestCert: true, rejectUnauthorized: false }),
  })
  : http.createServer();
server.listen(number('PORT', 0), '127.0.0.1', () => {
  // The issuer holds the port, which is known only now.
  const issuer = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  provider.on('server_error', (_context, error) => console.error('server_error', error));
  if (E.LOG === '1') {
    const kinds = ['authorization', 'grant', 'userinfo', 'revocation', 'introspection', 'device_authorization',
      'pushed_authorization_request', 'end_session'];
    for (const event of [...kinds.map((kind) => `${kind}.error`), 'grant.success', 'grant.revoked']) {
      provider.on(event, (_context, error) => {
        console.error(event, error?.error_detail || error?.error_description || error?.message || '');
      });
    }
  }
  server.on('request', provider.callback());
  console.log(`READY ${issuer}`);
});
process.stdin.resume().on('end', () => process.exit(0));
