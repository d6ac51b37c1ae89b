import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import type { Found } from './gallery.ts';

const FOLDER = resolve(import.meta.dirname, '../test-results/gallery');

/** Writes what the run over the gallery has found as a page: states by modes, and every violation. */
export default class GalleryReport implements Reporter {
  readonly #found: Found[] = [];

  onTestEnd(_: TestCase, { attachments }: TestResult): void {
    for (const { name, body } of attachments) {
      if (name === 'gallery' && body !== undefined) this.#found.push(...(JSON.parse(body.toString()) as Found[]));
    }
  }

  onEnd(): void {
    if (this.#found.length === 0) return;
    mkdirSync(FOLDER, { recursive: true });
    const file = join(FOLDER, 'index.html');
    writeFileSync(file, page(this.#found));
    const violations = this.#found.reduce((sum, { violations }) => sum + violations.length, 0);
    console.log(`gallery: ${this.#found.length} checks, ${violations} violations: ${file}`);
  }

  printsToStdio(): boolean {
    return false;
  }
}

function page(found: readonly Found[]): string {
  const modes = unique(found.map(modeOf));
  const byState = new Map<string, Map<string, Found>>();
  for (const one of found) {
    const row = byState.get(one.state) ?? new Map<string, Found>();
    byState.set(one.state, row.set(modeOf(one), one));
  }
  const heads = modes.map((mode) => `<th scope="col">${escape(mode)}</th>`).join('');
  const rows = [...byState].map(([state, row]) => {
    const cells = modes.map((mode) => `<td>${cell(row.get(mode))}</td>`).join('');
    return `<tr><th scope="row">${escape(state)}</th>${cells}</tr>`;
  });
  const details = found.filter(({ violations }) => violations.length > 0).map(detail);
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Accessibility of the gallery</title><style>
    body { font-family: system-ui, sans-serif; margin: 2rem; color-scheme: light dark; }
    table { border-collapse: collapse; } th, td { border: 1px solid; padding: 0.25rem 0.5rem; text-align: left; }
    pre { white-space: pre-wrap; }
    </style></head><body><main><h1>Accessibility of the gallery</h1>
    <p>${byState.size} states, ${found.length} checks, ${details.length} of them with violations. Checked by the rules of axe
    for WCAG 2.2 A and AA and its best practices, for content wider than the window, and for text that is cut off.</p>
    ${details.join('')}
    <h2>States and modes</h2><table><thead><tr><th scope="col">State</th>${heads}</tr></thead>
    <tbody>${rows.join('\n')}</tbody></table></main></body></html>`;
}

function modeOf({ lang, mode }: Found): string {
  return `${lang}, ${mode}`;
}

function cell(found: Found | undefined): string {
  if (found === undefined) return '';
  return found.violations.length === 0 ? 'none' : found.violations.map(({ id }) => escape(id)).join(', ');
}

function detail({ state, lang, mode, violations }: Found): string {
  const items = violations.map(({ help, nodes }) => {
    const where = nodes.map(({ html, failureSummary = '' }) => `<pre>${escape(html)}\n${escape(failureSummary)}</pre>`);
    return `<li>${escape(help)}${where.join('')}</li>`;
  });
  return `<h2>${escape(state)}: ${escape(lang)}, ${escape(mode)}</h2><ul>${items.join('')}</ul>`;
}

function unique(texts: string[]): string[] {
  return [...new Set(texts)];
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
