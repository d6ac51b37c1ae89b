import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as jose from 'jose';
import * as oidc from 'openid-client';
import { FIFTH, type Demo } from './demo.ts';
import { expect } from './test.ts';
import type { Person } from './person.ts';

export const SECRET = 'hemmelig nok for et program i en prøve';
const keys = await jose.generateKeyPair('ES256', { extractable: true });
const jwk = { ...(await jose.exportJWK(keys.publicKey)), kid: 'rp-2026', use: 'sig', alg: 'ES256' };
const client = (fields: string) =>
  `{${fields}, redirect_uris=["${FIFTH}/callback"], post_logout_redirect_uris=["${FIFTH}/signed-out"],
    back_channel_logout="${FIFTH}/back-channel", refresh=true}`.replaceAll('\n', '');

/** Applications beside the start page, for `settings`. */
export const CLIENTS = `client=[${[
  client(`id="secret", name="Saksarkiv", secret="${SECRET}"`),
  client(`id="jwt", name="Byggesak", jwks='''${JSON.stringify({ keys: [jwk] })}''', require_pushed=true,
    require_dpop=true, signing="RS256", pairwise=true`),
  client('id="public", name="Telefonprogram", native=true'),
].join(', ')}]`;

export const AUTHENTICATIONS = {
  secret: oidc.ClientSecretBasic(SECRET),
  jwt: oidc.PrivateKeyJwt({ key: keys.privateKey, kid: 'rp-2026' }),
  public: oidc.None(),
};

/** A person at an application, waiting for the redirect back to it. */
interface Journey {
  verifier: string;
  state: string;
  nonce: string;
}

/** An application that uses the certified third-party library `openid-client`. It knows only the issuer. */
export class RelyingParty {
  /** The redirects back to the application, newest last. */
  readonly returns: URL[] = [];
  /** Logout tokens that came by the back channel, newest last. */
  readonly logouts: string[] = [];
  /** What the back channel answers. */
  answers = 200;

  private constructor(
    readonly config: oidc.Configuration,
    private readonly demo: Demo,
    private readonly server: Server,
    readonly dpop: oidc.DPoPHandle | undefined,
  ) {}

  static async open(demo: Demo, id: string, authentication: oidc.ClientAuth, withDpop = false): Promise<RelyingParty> {
    const issuer = new URL(demo.kobling);
    const config = await oidc.discovery(issuer, id, undefined, authentication, { execute: [oidc.allowInsecureRequests] });
    return RelyingParty.of(demo, config, withDpop);
  }

  static async of(demo: Demo, config: oidc.Configuration, withDpop = false): Promise<RelyingParty> {
    const dpop = withDpop ? oidc.getDPoPHandle(config, await oidc.randomDPoPKeyPair('ES256')) : undefined;
    const server = createServer();
    const party = new RelyingParty(config, demo, server, dpop);
    server.on('request', (request, response) => void party.#answer(request, response));
    await new Promise<void>((ready) => server.listen(Number(new URL(demo.fifth).port), '127.0.0.1', ready));
    return party;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  /** Redirects a person's browser to the issuer. */
  async sends(person: Person, parameters: Record<string, string> = {}, pushed = false): Promise<Journey> {
    const verifier = oidc.randomPKCECodeVerifier();
    const journey = { verifier, state: oidc.randomState(), nonce: oidc.randomNonce() };
    const asked = {
      redirect_uri: `${this.demo.fifth}/callback`,
      scope: 'openid profile email',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: journey.state,
      nonce: journey.nonce,
      ...parameters,
    };
    const options = this.dpop === undefined ? {} : { DPoP: this.dpop };
    const url = pushed
      ? await oidc.buildAuthorizationUrlWithPAR(this.config, asked, options)
      : oidc.buildAuthorizationUrl(this.config, asked);
    await person.page.goto(url.href);
    return journey;
  }

  /** At the callback, the library exchanges and verifies the response. */
  async receives(person: Person, journey: Journey): ReturnType<typeof oidc.authorizationCodeGrant> {
    await expect(person.page.getByText('Tilbake i programmet')).toBeVisible();
    const back = this.returns.at(-1);
    if (back === undefined) throw new Error('nobody came back');
    return oidc.authorizationCodeGrant(
      this.config,
      back,
      {
        pkceCodeVerifier: journey.verifier,
        expectedState: journey.state,
        expectedNonce: journey.nonce,
        idTokenExpected: true,
      },
      undefined,
      this.#proof(),
    );
  }

  refresh(token: string, scope?: string): ReturnType<typeof oidc.refreshTokenGrant> {
    return oidc.refreshTokenGrant(this.config, token, scope === undefined ? {} : { scope }, this.#proof());
  }

  userinfo(accessToken: string, subject: string): ReturnType<typeof oidc.fetchUserInfo> {
    return oidc.fetchUserInfo(this.config, accessToken, subject, this.#proof());
  }

  /** Verifies a logout token by OpenID Connect Back-Channel Logout 1.0 §2.6 with `jose`. */
  async verifiesLogout(token: string): Promise<jose.JWTPayload> {
    const keys = jose.createRemoteJWKSet(new URL(`${this.config.serverMetadata().jwks_uri}`));
    const { payload, protectedHeader } = await jose.jwtVerify(token, keys, {
      issuer: this.demo.kobling,
      audience: this.config.clientMetadata().client_id,
      typ: 'logout+jwt',
      requiredClaims: ['iat', 'exp', 'jti', 'sid', 'sub', 'events'],
    });
    expect(protectedHeader.alg).not.toBe('none');
    expect(payload['events']).toEqual({ 'http://schemas.openid.net/event/backchannel-logout': {} });
    expect(payload['nonce']).toBeUndefined();
    return payload;
  }

  #proof(): oidc.DPoPOptions {
    return this.dpop === undefined ? {} : { DPoP: this.dpop };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.demo.fifth);
    if (request.method === 'POST' && url.pathname === '/back-channel') {
      const token = new URLSearchParams(await text(request)).get('logout_token') ?? '';
      if (this.answers === 200) this.logouts.push(token);
      response.writeHead(this.answers).end();
      return;
    }
    if (url.pathname === '/callback') this.returns.push(url);
    const says = url.pathname === '/callback' ? 'Tilbake i programmet' : 'Logget ut av programmet';
    response
      .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      .end(`<!doctype html><html lang="nb"><title>Program</title><link rel="icon" href="data:,"><p>${says}</p>`);
  }
}
