import { HAS_ACCOUNT } from './eid.ts';
import type { Person } from './person.ts';

/** The account that the demo has from the start. */
export const FINNES = 'finnes@nordvik.example';
export const FINNES_PASSWORD = 'Fjellrev synger i nattens lys';

/** Links BankID to it. */
export async function linksExistingAccount(person: Person): Promise<void> {
  await person.signsInWithEid(HAS_ACCOUNT);
  await person.links(FINNES);
  await person.seesStartPage(FINNES);
}
