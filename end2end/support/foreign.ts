import { createServer } from 'node:http';
import type { Form } from './forms.ts';

/** A third-party site with a form. */
export async function foreignSite(form: Form, host: 'localhost' | '127.0.0.1'): Promise<{ url: string; close: () => void }> {
  const inputs = form.fields.map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`);
  const page = `<!doctype html><html lang="nb"><title>Gevinst</title>
    <link rel="icon" href="data:,">
    <form method="post" action="${escape(form.action)}">${inputs.join('')}<button>Hent gevinsten</button></form></html>`;
  const server = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8').end(page);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://${host}:${address.port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
