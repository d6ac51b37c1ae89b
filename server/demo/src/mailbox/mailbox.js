// Shows times as the browser's clock does, copies codes, sizes the frame of a mail, and adds new mails to the list.
// Without this script, times are UTC and the page is reloaded by hand.
const lang = document.documentElement.lang;
const local = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { dateStyle: 'medium', timeStyle: 'medium' });
const list = document.getElementById('mails');
const news = document.getElementById('news');
const frame = document.querySelector('iframe');

function enliven(root) {
  for (const time of root.querySelectorAll('time')) time.textContent = local.format(new Date(time.dateTime));
  for (const button of root.querySelectorAll('button[data-code]')) button.hidden = false;
}

document.addEventListener('click', async ({ target }) => {
  const { code, copied, selected } = target.dataset;
  if (code === undefined) return;
  try {
    await navigator.clipboard.writeText(code);
    news.textContent = copied;
  } catch {
    // The browser refuses, or has no clipboard for a page that is not served securely.
    getSelection().selectAllChildren(target.parentElement.querySelector('mark'));
    news.textContent = selected;
  }
});

// The mail has another origin, and no script but ours, which tells its height.
addEventListener('message', ({ source, data }) => {
  if (source === frame?.contentWindow && data > 0) frame.style.height = `${Math.min(data, 9_999) + 2}px`;
});

// The frame may have told it before this script was there.
frame?.contentWindow.postMessage(null, '*');

async function follow() {
  const { epoch } = list.dataset;
  for (;;) {
    const after = list.firstElementChild?.dataset.id ?? 0;
    try {
      const answer = await fetch(`/new?after=${after}&epoch=${epoch}`);
      if (answer.status === 205) return location.reload();
      if (answer.status === 200) {
        list.insertAdjacentHTML('afterbegin', await answer.text());
        document.getElementById('none')?.remove();
        enliven(list);
        news.textContent = `${news.dataset.arrived} ${list.querySelector('a').textContent}`;
      }
    } catch {
      // The demo has stopped, or the page is being left.
      await new Promise((again) => setTimeout(again, 2_000));
    }
  }
}

enliven(document);
if (list) follow();
