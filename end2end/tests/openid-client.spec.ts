import * as jose from 'jose';
import * as oidc from 'openid-client';
import { FINNES, FINNES_PASSWORD } from '../support/existing.ts';
import type { Demo } from '../support/demo.ts';
import type { Person } from '../support/person.ts';
import { AUTHENTICATIONS, CLIENTS, RelyingParty } from '../support/relying-party.ts';
import { expect, test as base } from '../support/test.ts';

type Id = keyof typeof AUTHENTICATIONS;

const test = base.extend<{ party: (id: Id, dpop?: boolean) => Promise<RelyingParty> }>({
  party: async ({ demo }, use) => {
    const open: RelyingParty[] = [];
    await use(async (id, dpop = false) => {
      const party = await RelyingParty.open(demo, id, AUTHENTICATIONS[id], dpop);
      open.push(party);
      return party;
    });
    for (const party of open) await party.close();
  },
});
test.use({ settings: [CLIENTS] });

async function signsIn(person: Person): Promise<void> {
  await person.typesAddress(FINNES);
  await person.typesPassword(FINNES_PASSWORD);
}

async function refused(attempt: Promise<unknown>): Promise<string> {
  const error: unknown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error instanceof oidc.ResponseBodyError) return error.error;
  if (error instanceof oidc.WWWAuthenticateChallengeError) return error.cause[0]?.parameters.error ?? 'challenged';
  throw new Error(`not refused by the protocol: ${String(error)}`);
}

function subjectOf(tokens: oidc.TokenEndpointResponseHelpers): string {
  const subject = tokens.claims()?.sub;
  if (subject === undefined) throw new Error('no subject');
  return subject;
}

test('openid-client: code and PKCE with a client secret, userinfo, introspection, revocation', async ({ someone, party }) => {
  const rp = await party('secret');
  const berit = await someone();
  const journey = await rp.sends(berit);
  await signsIn(berit);
  const tokens = await rp.receives(berit, journey);

  const claims = tokens.claims();
  expect(claims).toMatchObject({ aud: 'secret', email: FINNES, amr: ['pwd'] });
  expect(claims?.['sid']).toBeTruthy();
  expect(claims?.auth_time).toBeTruthy();
  const header = jose.decodeProtectedHeader(tokens.id_token ?? '');
  expect(header.alg).toBe('ES256');
  expect(await rp.userinfo(tokens.access_token, subjectOf(tokens))).toMatchObject({ email: FINNES });

  const active = await oidc.tokenIntrospection(rp.config, tokens.access_token);
  expect(active).toMatchObject({ active: true, client_id: 'secret', sub: subjectOf(tokens) });
  await oidc.tokenRevocation(rp.config, tokens.access_token);
  expect(await oidc.tokenIntrospection(rp.config, tokens.access_token)).toEqual({ active: false });
  expect(await refused(rp.userinfo(tokens.access_token, subjectOf(tokens)))).toBe('invalid_token');
});

test('openid-client: refresh tokens are rotated, and one used twice ends the family', async ({ someone, party }) => {
  const rp = await party('secret');
  const berit = await someone();
  const journey = await rp.sends(berit);
  await signsIn(berit);
  const first = await rp.receives(berit, journey);
  const old = first.refresh_token ?? '';

  const second = await rp.refresh(old);
  expect(second.refresh_token).not.toBe(old);
  expect(second.claims()).toMatchObject({ sub: subjectOf(first), auth_time: first.claims()?.auth_time });
  expect(second.claims()?.['nonce']).toBeUndefined();
  expect(await rp.userinfo(second.access_token, subjectOf(first))).toMatchObject({ email: FINNES });

  expect(await refused(rp.refresh(old))).toBe('invalid_grant');
  expect(await refused(rp.refresh(second.refresh_token ?? ''))).toBe('invalid_grant');
  expect(await refused(rp.userinfo(second.access_token, subjectOf(first)))).toBe('invalid_token');
});

test('openid-client: pushed request, private_key_jwt, DPoP, RS256 and a pairwise subject', async ({ someone, party }) => {
  const rp = await party('jwt', true);
  const berit = await someone();
  const journey = await rp.sends(berit, {}, true);
  expect(new URL(berit.page.url()).searchParams.get('redirect_uri')).toBeNull();
  await signsIn(berit);
  const tokens = await rp.receives(berit, journey);
  expect(tokens.token_type.toLowerCase()).toBe('dpop');
  expect(jose.decodeProtectedHeader(tokens.id_token ?? '').alg).toBe('RS256');

  const subject = subjectOf(tokens);
  expect(await rp.userinfo(tokens.access_token, subject)).toMatchObject({ sub: subject });
  const asBearer = oidc.fetchUserInfo(rp.config, tokens.access_token, subject);
  expect(await refused(asBearer)).toBe('invalid_token');
  const renewed = await rp.refresh(tokens.refresh_token ?? '');
  expect(subjectOf(renewed)).toBe(subject);
  const seen = await oidc.tokenIntrospection(rp.config, renewed.access_token);
  expect(seen).toMatchObject({ active: true, token_type: 'DPoP', sub: subject });
  expect(seen.cnf?.jkt).toBeTruthy();
});

test('openid-client: a client that must push is refused when it does not', async ({ someone, party, watch }) => {
  watch.allowStatus(400);
  const rp = await party('jwt', true);
  const berit = await someone();
  await rp.sends(berit);
  await expect(berit.page.getByText('Tilbake i programmet')).toBeVisible();
  expect(rp.returns.at(-1)?.searchParams.get('error')).toBe('invalid_request');
});

test('openid-client: a public client binds its refresh token to a key', async ({ someone, party }) => {
  const rp = await party('public', true);
  const berit = await someone();
  const journey = await rp.sends(berit);
  await signsIn(berit);
  const tokens = await rp.receives(berit, journey);
  const stranger = oidc.getDPoPHandle(rp.config, await oidc.randomDPoPKeyPair('ES256'));
  const stolen = oidc.refreshTokenGrant(rp.config, tokens.refresh_token ?? '', {}, { DPoP: stranger });
  expect(['invalid_grant', 'invalid_dpop_proof']).toContain(await refused(stolen));
  expect((await rp.refresh(tokens.refresh_token ?? '')).refresh_token).toBeTruthy();
});

test('openid-client: sign-out from the application ends everything and leads back', async ({ someone, party }) => {
  const rp = await party('secret');
  const berit = await someone();
  const journey = await rp.sends(berit);
  await signsIn(berit);
  const tokens = await rp.receives(berit, journey);
  const url = oidc.buildEndSessionUrl(rp.config, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: `${berit.demo.fifth}/signed-out`,
    state: 'tilbake',
  });
  await berit.page.goto(url.href);
  await expect(berit.page.getByText('Logget ut av programmet')).toBeVisible();
  expect(new URL(berit.page.url()).searchParams.get('state')).toBe('tilbake');

  await expect.poll(() => rp.logouts.length).toBe(1);
  const verified = await rp.verifiesLogout(rp.logouts[0] ?? '');
  expect(verified).toMatchObject({ sub: subjectOf(tokens), sid: tokens.claims()?.['sid'] });
  expect(await refused(rp.refresh(tokens.refresh_token ?? ''))).toBe('invalid_grant');
  await berit.open('/account');
  await berit.isAskedToSignIn();
});

test('openid-client: Logg ut notifies the application by the back channel', async ({ someone, party }) => {
  const rp = await party('secret');
  const berit = await someone();
  const journey = await rp.sends(berit);
  await signsIn(berit);
  const tokens = await rp.receives(berit, journey);
  await berit.open('/account');
  await berit.signsOut();
  await expect.poll(() => rp.logouts.length).toBe(1);
  expect(await rp.verifiesLogout(rp.logouts[0] ?? '')).toMatchObject({ sub: subjectOf(tokens) });
});

test('openid-client: acr_values lead from a password to an eID', async ({ someone, party }) => {
  const rp = await party('secret');
  const berit = await someone();
  const journey = await rp.sends(berit);
  await signsIn(berit);
  await rp.receives(berit, journey);

  const higher = await rp.sends(berit, { acr_values: 'idporten-loa-high' });
  await berit.reachesEid();
  await berit.eid.choose('Har konto fra før');
  await berit.links(FINNES);
  const tokens = await rp.receives(berit, higher);
  expect(tokens.claims()).toMatchObject({ acr: 'idporten-loa-high', email: FINNES, idp: 'bankid' });
});

test('openid-client: nothing but the issuer is needed', async ({ demo }: { demo: Demo }) => {
  const config = await oidc.discovery(new URL(demo.kobling), 'public', undefined, oidc.None(), {
    execute: [oidc.allowInsecureRequests],
  });
  const metadata = config.serverMetadata();
  expect(metadata.issuer).toBe(demo.kobling);
  expect(metadata.supportsPKCE()).toBe(true);
  expect(metadata.authorization_response_iss_parameter_supported).toBe(true);
  for (const endpoint of [
    metadata.authorization_endpoint,
    metadata.token_endpoint,
    metadata.userinfo_endpoint,
    metadata.jwks_uri,
    metadata.end_session_endpoint,
    metadata.revocation_endpoint,
    metadata.introspection_endpoint,
    metadata.pushed_authorization_request_endpoint,
  ]) {
    expect(endpoint).toContain(demo.kobling);
  }
});
