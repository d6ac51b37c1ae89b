import { UNKNOWN } from './eid.ts';
import type { Person } from './person.ts';

/** Where the person of journeys B and C has access, and where not. */
export const RIGHT = 'ukjent@nordvik.example';
export const WRONG = 'privat.ukjent@example.example';

/** Links BankID to a private address all the same, which is how journeys C, C2 and D begin: on the page **no access**. */
export async function landsOnWrongAddress(person: Person): Promise<void> {
  await person.signsInWithEid(UNKNOWN);
  await person.links(WRONG);
  await person.sees(person.words.noAccessByAddress);
  await person.button(person.words.anyway).click();
  await person.givesName('Ola Nordmann');
  await person.seesNoAccess(WRONG);
}
