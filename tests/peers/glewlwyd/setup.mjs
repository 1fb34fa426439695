// Sets up a glewlwyd that has just been started on an empty database: its OpenID Connect plugin, scopes, users, clients,
// and the users' consent. Prints "READY <issuer>".
//   node setup.mjs <origin> <process id of the server>
// Environment (all optional): TTL_ACCESS=60 TTL_REFRESH=600 TTL_CODE=60, ONE_USE=always|client-driven|never,
//   DEVICE_INTERVAL=2, DEFAULT_KID=rsa-1|ec-1, REDIRECT_PORTS=9999,… (redirect URIs match letter by letter here),
//   CLIENT_JWK=path: where the private key of the client glw-pkjwt is written, as a JWK.
// Gives up when its standard input ends.
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';

const E = process.env;
const [origin, server] = process.argv.slice(2);
const api = `${origin}/api`;
const seconds = (name, otherwise) => Number(E[name] ?? otherwise);

// A cookie jar for one person.
class Person {
  cookies = new Map();

  async ask(method, path, body) {
    const answer = await fetch(api + path, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      body: body && JSON.stringify(body),
    });
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(';')[0].split('=');
      this.cookies.set(name, value);
    }
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
  }

  static async signIn(username, password) {
    const person = new Person();
    await person.ask('POST', '/auth/', { username, password });
    return person;
  }
}

// There is no word from the server when it listens: ask until it answers or has ended.
async function listening() {
  for (;;) {
    try {
      return await fetch(`${origin}/config`);
    } catch (error) {
      try {
        process.kill(Number(server), 0);
      } catch {
        throw new Error(`glewlwyd has ended: ${error.cause ?? error}`);
      }
      await new Promise((resume) => setTimeout(resume, 20));
    }
  }
}

function privateJwk(type, options, more) {
  const { privateKey } = crypto.generateKeyPairSync(type, options);
  return { ...privateKey.export({ format: 'jwk' }), ...more };
}

const keys = [
  privateJwk('rsa', { modulusLength: 2048 }, { kid: 'rsa-1', alg: 'RS256' }),
  privateJwk('ec', { namedCurve: 'P-256' }, { kid: 'ec-1', alg: 'ES256' }),
];
const plugin = {
  iss: `${api}/oidc`,
  'jwks-private': JSON.stringify({ keys }),
  'default-kid': E.DEFAULT_KID ?? 'rsa-1',
  // One of the few client properties that the database keeps.
  'client-sign_kid-parameter': 'alg_kid',
  'jwt-type': 'rsa',
  'jwt-key-size': '256',
  'access-token-duration': seconds('TTL_ACCESS', 60),
  'refresh-token-duration': seconds('TTL_REFRESH', 600),
  'code-duration': seconds('TTL_CODE', 60),
  'refresh-token-rolling': false,
  'refresh-token-one-use': E.ONE_USE ?? 'always',
  'allow-non-oidc': true,
  'auth-type-client-enabled': true,
  'auth-type-code-enabled': true,
  'auth-type-code-revoke-replayed': true,
  'auth-type-token-enabled': true,
  'auth-type-implicit-enabled': true,
  'auth-type-password-enabled': true,
  'auth-type-refresh-enabled': true,
  'auth-type-device-enabled': true,
  'auth-type-none-enabled': true,
  'device-authorization-expiration': 120,
  'device-authorization-interval': seconds('DEVICE_INTERVAL', 2),
  'pkce-allowed': true,
  'pkce-method-plain-allowed': false,
  'pkce-required-public-client': true,
  'introspection-revocation-allowed': true,
  'introspection-revocation-allow-target-client': true,
  'subject-type': 'public',
  'request-parameter-allow': true,
  'oauth-dpop-allowed': true,
  'oauth-dpop-iat-duration': 60,
  'oauth-par-allowed': true,
  'oauth-par-required': false,
  'oauth-par-duration': 90,
  'oauth-par-request_uri-prefix': 'urn:ietf:params:oauth:request_uri:',
  'oauth-as-iss-id': true,
  'oauth-rar-allowed': true,
  'rar-types-client-property': 'authorization_details_types',
  'rar-allow-auth-unsigned': true,
  'rar-allow-auth-unencrypted': true,
  'rar-types': {
    statement: {
      scopes: ['read'],
      locations: ['https://bank.example.test/statements'],
      actions: ['list', 'read'],
      datatypes: [],
      identifier: '',
      privileges: [],
      enriched: [],
    },
  },
  'oauth-fapi-allow-jarm': true,
  'session-management-allowed': true,
  'client-pubkey-parameter': 'pubkey',
  'client-jwks-parameter': 'jwks',
  'client-jwks_uri-parameter': 'jwks_uri',
  'front-channel-logout-allowed': false,
  'back-channel-logout-allowed': false,
  'name-claim': 'mandatory',
  'name-claim-scope': [],
  'email-claim': 'on-demand',
  'email-claim-scope': ['email'],
  'scope-claim': 'no',
  'scope-claim-scope': [],
  'allowed-scope': ['openid'],
  claims: [],
  'session-cookie-name': 'GLEWLWYD2_OIDC_SESSION',
  'session-cookie-expiration': 2419200,
};

const users = [
  { username: 'alice', password: 'wonderland-1', name: 'Alice Ünï', scopes: 'openid email profile offline_access read' },
  { username: 'bob', password: 'builder-22', name: 'Bob', scopes: 'openid email' },
];

const ports = (E.REDIRECT_PORTS ?? '9999').split(',').filter(Boolean);
const redirects = ports.flatMap((port) => ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${port}/callback`));
const grants = ['code', 'token', 'id_token', 'none', 'refresh_token', 'device_authorization', 'password'];
const open = (client_id, more) => ({
  client_id,
  confidential: false,
  token_endpoint_auth_method: ['none'],
  authorization_type: grants,
  ...more,
});
const confidential = (client_id, methods, more) => ({
  client_id,
  confidential: true,
  token_endpoint_auth_method: methods,
  authorization_type: [...grants, 'client_credentials'],
  scope: ['read'],
  ...more,
});
const clientKey = privateJwk('ec', { namedCurve: 'P-256' }, { kid: 'client-key-1', alg: 'ES256', use: 'sig' });
if (E.CLIENT_JWK) fs.writeFileSync(E.CLIENT_JWK, JSON.stringify(clientKey), { mode: 0o600 });
const { d: _private, ...publicClientKey } = clientKey;
const clients = [
  open('glw-public'),
  open('glw-es256', { alg_kid: 'ec-1' }),
  confidential('glw-basic', ['client_secret_basic'], { client_secret: 's3cr:et/+ %basic' }),
  confidential('glw-simple', ['client_secret_basic', 'client_secret_post'], { client_secret: 'simple-secret' }),
  confidential('glw-post', ['client_secret_post'], {
    client_secret: 'post-secret', authorization_details_types: ['statement'],
  }),
  confidential('glw-jwt-secret', ['client_secret_jwt'], { client_secret: 'hs256-secret-hs256-secret-hs256-secret' }),
  confidential('glw-pkjwt', ['private_key_jwt'], { jwks: { keys: [publicClientKey] } }),
];

process.stdin.resume().on('end', () => process.exit(1));
await listening();
const admin = await Person.signIn('admin', 'password');
await admin.ask('POST', '/mod/plugin/', {
  module: 'oidc', name: 'oidc', display_name: 'oidc', enabled: true, parameters: plugin,
});
for (const name of ['email', 'profile', 'offline_access', 'read']) {
  await admin.ask('POST', '/scope/', {
    name, display_name: name, description: name, password_required: false, scheme: {},
  });
}
await admin.ask('PUT', '/scope/openid', {
  display_name: 'openid', description: 'openid', password_required: true, password_max_age: 0, scheme: {},
});
for (const client of clients) {
  await admin.ask('POST', '/client/', {
    name: client.client_id, enabled: true, redirect_uri: redirects, ...client,
  });
}
for (const { username, password, name, scopes } of users) {
  const scope = scopes.split(' ');
  await admin.ask('POST', '/user/', {
    username, password, name, email: `${username}@example.test`, enabled: true, scope: [...scope, 'g_profile'],
  });
  const person = await Person.signIn(username, password);
  for (const { client_id } of clients) await person.ask('PUT', `/auth/grant/${client_id}`, { scope: scopes });
}
const metadata = await fetch(`${api}/oidc/.well-known/openid-configuration`);
if (!metadata.ok) throw new Error(`no metadata: ${metadata.status}`);
console.log(`READY ${api}/oidc`);
process.exit();
