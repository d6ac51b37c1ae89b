import { KNOWN } from '../support/eid.ts';
import { expect, test } from '../support/test.ts';

test('G: the second sign-in goes straight from the eID to the start page', async ({ someone }) => {
  const first = await someone();
  await first.signsInWithEid(KNOWN);
  await first.button('Koble til').click();
  await first.seesStartPage();
  await first.page.context().close();

  const again = await someone();
  await again.goesToEid();
  const shown: string[] = [];
  again.page.on('framenavigated', (frame) => {
    if (frame === again.page.mainFrame()) shown.push(frame.url());
  });
  await again.eid.choose(KNOWN);
  await again.seesStartPage('kjent@nordvik.example');
  expect(shown.filter((url) => url.startsWith(again.demo.kobling))).toEqual([]);
  expect(shown.at(-1)).toContain(again.demo.startPage);
});

test('G: signed in at Kobling already, the start page asks nothing', async ({ someone }) => {
  const kari = await someone();
  await kari.signsInWithEid(KNOWN);
  await kari.button('Koble til').click();
  await kari.seesStartPage();
  await kari.page.goto(kari.demo.startPage);
  await kari.seesStartPage('kjent@nordvik.example');
});
