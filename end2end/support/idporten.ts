import { createHash, generateKeyPairSync, type JsonWebKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as oidc from 'oidc-provider';
import * as pages from './idporten-page.ts';
import { CITIZENS, type Citizen, HIGH, SUBSTANTIAL } from './idporten-page.ts';
import { Shelf } from './shelf.ts';

const CLIENT_ID = 'kobling';
const CLIENT_KID = 'kobling-2026';
/** With everything that must be encoded before it goes into a header (RFC 6749 §2.3.1). */
const CLIENT_SECRET = 'hemmelig: 100 % + /?&="~"';

const HTML = { 'content-type': 'text/html; charset=utf-8' };

interface Complaint extends Error {
  error?: string | undefined;
  error_detail?: string | undefined;
}

export type Authentication = 'private_key_jwt' | 'client_secret_basic';

/**
 * ID-porten as a client sees it, simulated with the certified third-party library `oidc-provider`.
 * Code flow only, PKCE required, RS256, pairwise subjects, `acr` and `amr`, `pid`, `iss` in responses, sign-out of both
 * kinds. With `private_key_jwt`, requests must be pushed; with `client_secret_basic`, pushing is not offered.
 */
export class Idporten {
  /** Whether sign-out works there. */
  signsOut = true;
  /** How many authorization requests were pushed. */
  pushed = 0;
  /** How many logout tokens Kobling accepted. */
  confirmed = 0;
  /** The authorization requests, newest last. */
  readonly asked: Array<Readonly<Record<string, unknown>>> = [];
  /** Errors reported by the provider, except cancellation. */
  readonly complaints: string[] = [];
  readonly #shelf = new Shelf();
  readonly #cookieKey = randomBytes(32).toString('hex');
  #key: oidc.JWK = newKey();
  #kobling: string | undefined;
  #provider: oidc.Provider;

  private constructor(
    private readonly authentication: Authentication,
    private readonly server: Server,
    private readonly directory: string,
    private readonly clientKey: KeyObject,
  ) {
    this.#provider = this.#open();
  }

  static async listen(authentication: Authentication): Promise<Idporten> {
    const directory = await mkdtemp(join(tmpdir(), 'kobling-idporten-'));
    const client = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const server = createServer();
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const idporten = new Idporten(authentication, server, directory, client.publicKey);
    await writeFile(idporten.#keyFile, client.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    server.on('request', (request, response) => {
      idporten.#answer(request, response).catch((error: unknown) => {
        idporten.complaints.push(String(error));
        response.writeHead(500).end();
      });
    });
    return idporten;
  }

  get #keyFile(): string {
    return join(this.directory, 'client.pem');
  }

  get issuer(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  /** Kobling's configuration: this provider instead of the simulated one, with and without a preset. */
  get settings(): string[] {
    const who = `id="bankid", name="BankID", issuer=${toml(this.issuer)}, client_id=${toml(CLIENT_ID)}`;
    const how =
      this.authentication === 'private_key_jwt'
        ? `preset="idporten-test", private_key_file=${toml(this.#keyFile)}, kid=${toml(CLIENT_KID)}`
        : `client_secret=${toml(CLIENT_SECRET)}, acr_values=[${toml(HIGH)}]`;
    return [`provider=[{${who}, ${how}, minimum_level="high"}]`];
  }

  /** Registers Kobling, whose address is known later than the provider's, and which fetches the metadata before that. */
  register(kobling: string): void {
    this.#kobling = kobling;
    this.#provider = this.#open();
  }

  /** Replaces the signing key without a transition. */
  rotate(): void {
    this.#key = newKey();
    this.#provider = this.#open();
  }

  /** The address for signing out at the provider itself or at another of its services. */
  get signOut(): string {
    return `${this.issuer}/logout`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
    await rm(this.directory, { recursive: true, force: true });
  }

  #open(): oidc.Provider {
    const provider = new oidc.Provider(this.issuer, this.#configuration());
    const complain = (_: unknown, error: Complaint): void => {
      if (error.error === 'access_denied') return;
      this.complaints.push([error.error, error.message, error.error_detail].filter(Boolean).join(': '));
    };
    provider.on('server_error', complain);
    provider.on('authorization.error', complain);
    provider.on('pushed_authorization_request.error', complain);
    provider.on('grant.error', complain);
    provider.on('end_session.error', complain);
    provider.on('backchannel.error', complain);
    provider.on('pushed_authorization_request.success', () => (this.pushed += 1));
    provider.on('backchannel.success', () => (this.confirmed += 1));
    return provider;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = this.#provider;
    if (request.url?.startsWith('/sign-in/')) return this.#signIn(provider, request, response);
    if (request.url?.startsWith('/logout') && !this.signsOut) {
      response.writeHead(503, HTML).end(pages.errorPage('temporarily_unavailable'));
      return;
    }
    await provider.callback()(request, response);
  }

  async #signIn(provider: oidc.Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params } = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') {
      this.asked.push(params);
      response.writeHead(200, HTML).end(pages.signInPage(String(params['ui_locales'] ?? '')));
      return;
    }
    const form = new URLSearchParams(await text(request));
    const result = form.has('cancel')
      ? { error: 'access_denied', error_description: 'the person cancelled' }
      : { login: { accountId: form.get('person') ?? '', acr: form.get('acr') ?? '', amr: ['BankID'] } };
    await provider.interactionFinished(request, response, result);
  }

  #client(kobling: string): oidc.ClientMetadata {
    const assertion = { token_endpoint_auth_signing_alg: 'RS256' as const, jwks: { keys: [this.#clientJwk()] } };
    const pushes = this.authentication === 'private_key_jwt';
    return {
      client_id: CLIENT_ID,
      token_endpoint_auth_method: this.authentication,
      ...(pushes ? { ...assertion, require_pushed_authorization_requests: true } : { client_secret: CLIENT_SECRET }),
      redirect_uris: [`${kobling}/eid/bankid/callback`],
      post_logout_redirect_uris: [`${kobling}/eid/bankid/signed-out`],
      require_auth_time: true,
      backchannel_logout_uri: `${kobling}/eid/bankid/backchannel-logout`,
      backchannel_logout_session_required: true,
    };
  }

  #clientJwk(): oidc.JWK {
    return { ...(this.clientKey.export({ format: 'jwk' }) as JsonWebKey), kty: 'RSA', use: 'sig', kid: CLIENT_KID };
  }

  #configuration(): oidc.Configuration {
    return {
      adapter: this.#shelf.adapter,
      clients: this.#kobling === undefined ? [] : [this.#client(this.#kobling)],
      jwks: { keys: [this.#key] },
      cookies: {
        keys: [this.#cookieKey],
        names: { session: 'idporten_session', interaction: 'idporten_interaction', resume: 'idporten_resume' },
      },
      routes: {
        authorization: '/authorize',
        pushed_authorization_request: '/par',
        token: '/token',
        jwks: '/jwks.json',
        userinfo: '/userinfo',
        end_session: '/logout',
      },
      features: {
        devInteractions: { enabled: false },
        resourceIndicators: { enabled: false },
        pushedAuthorizationRequests: { enabled: this.authentication === 'private_key_jwt' },
        backchannelLogout: { enabled: true },
        rpInitiatedLogout: {
          enabled: true,
          logoutSource: (ctx, form) => {
            ctx.body = pages.signOutPage(form);
          },
          postLogoutSuccessSource: (ctx) => {
            ctx.body = pages.signedOutPage();
          },
        },
      },
      responseTypes: ['code'],
      pkce: { required: () => true },
      scopes: ['openid', 'profile'],
      subjectTypes: ['pairwise'],
      pairwiseIdentifier: (_, account, client) =>
        createHash('sha256').update(`${client.clientId} ${account}`).digest('base64url'),
      clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
      enabledJWA: { idTokenSigningAlgValues: ['RS256'], clientAuthSigningAlgValues: ['RS256'] },
      acrValues: [SUBSTANTIAL, HIGH],
      // ID-porten puts its claims in the ID token; userinfo adds none.
      conformIdTokenClaims: false,
      claims: { openid: ['sub', 'pid', 'locale', 'amr'], acr: null, auth_time: null, sid: null, iss: null },
      discovery: { ui_locales_supported: ['nb', 'nn', 'en', 'se'] },
      ttl: { AccessToken: 120, AuthorizationCode: 60, Grant: 1_800, IdToken: 120, Interaction: 600, Session: 1_800 },
      interactions: { policy: steppingUp(), url: (_, { uid }) => `/sign-in/${uid}` },
      findAccount: (_, name) => ({
        accountId: name,
        claims: () => ({ sub: name, pid: CITIZENS[name as Citizen], locale: 'nb' }),
      }),
      // Public services need no consent.
      loadExistingGrant: async ({ oidc: { provider, client, session } }) => {
        const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
        grant.addOIDCScope('openid profile');
        await grant.save();
        return grant;
      },
      // Disables the library's protection against local addresses.
      fetch: (url, options) => fetch(url, Object.assign({}, options, { dispatcher: undefined })),
      renderError: (ctx, { error }) => {
        ctx.type = 'html';
        ctx.body = pages.errorPage(error);
      },
    };
  }
}

/** A session at a lower level than requested requires a new sign-in. */
function steppingUp(): oidc.interactionPolicy.DefaultPolicy {
  const policy = oidc.interactionPolicy.base();
  const enough = ({ oidc: { params, result, acr } }: oidc.KoaContextWithOIDC): boolean => {
    const asked = String(params?.['acr_values'] ?? '').split(' ');
    return result?.login !== undefined || acr === HIGH || !asked.includes(HIGH);
  };
  policy.get('login')?.checks.add(
    new oidc.interactionPolicy.Check('level', 'the session has a lower level', (ctx) => !enough(ctx)),
  );
  return policy;
}

function newKey(): oidc.JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' }) as JsonWebKey;
  return { ...jwk, kty: 'RSA', use: 'sig', alg: 'RS256', kid: randomUUID() };
}

function toml(value: string): string {
  return JSON.stringify(value);
}
