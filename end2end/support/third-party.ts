import * as oidc from 'openid-client';
import { FIFTH } from './demo.ts';

export const CALENDAR = 'Kalenderen for alle kommuner';
export const JOURNAL = 'Journal';

const client = (fields: string) => `{${fields}, redirect_uris=["${FIFTH}/callback"]}`;

/** A third-party application, and a first-party one that requires a higher level, for `settings`. Both are public. */
export const STRANGERS = `client=[${[
  client(`id="calendar", name="${CALENDAR}", third_party=true`),
  client(`id="journal", name="${JOURNAL}", minimum_level="high"`),
].join(', ')}]`;

export const NONE = oidc.None();
