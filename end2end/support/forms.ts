import type { APIResponse, Locator } from '@playwright/test';
import type { Person } from './person.ts';

export interface Form {
  action: string;
  fields: Array<[string, string]>;
}

/** Where the form that a button belongs to goes, and what it would send. */
export function formOf(button: Locator): Promise<Form> {
  return button.evaluate((element) => {
    const sender = element as HTMLButtonElement;
    const owner = sender.form;
    if (owner === null) throw new Error('the button belongs to no form');
    const target = sender.getAttribute('formaction') ?? owner.getAttribute('action') ?? '';
    return {
      action: new URL(target, document.baseURI).href,
      fields: [...new FormData(owner, sender)].map(([name, value]): [string, string] => [name, String(value)]),
    };
  });
}

/** Posts any body with the browser's cookies, without following a redirect. */
export function post(
  person: Person,
  action: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<APIResponse> {
  return person.page.request.post(action, {
    data: body,
    maxRedirects: 0,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'text/html',
      origin: person.demo.kobling,
      ...headers,
    },
  });
}
