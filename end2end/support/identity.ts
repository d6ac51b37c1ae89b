/**
 * National identity numbers: eleven digits DDMMYY III K1 K2. The ones made here are synthetic after Tenor's manner
 * (month + 80), so that they can belong to nobody.
 */

const WEIGHTS_1 = [3, 7, 6, 1, 8, 9, 4, 5, 2];
const WEIGHTS_2 = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

function check(digits: number[], weights: number[]): number {
  const sum = weights.reduce((total, weight, at) => total + weight * (digits[at] ?? 0), 0);
  return (11 - (sum % 11)) % 11;
}

/** The first valid synthetic number of somebody born on 17 June 1939, an age at which no demo person works. */
export function syntheticNumber(skip = 0): string {
  let found = 0;
  for (let individual = 0; individual < 1000; individual += 1) {
    const digits = [...`178639${String(individual).padStart(3, '0')}`].map(Number);
    const first = check(digits, WEIGHTS_1);
    if (first === 10) continue;
    digits.push(first);
    const second = check(digits, WEIGHTS_2);
    if (second === 10) continue;
    digits.push(second);
    if (found === skip) return digits.join('');
    found += 1;
  }
  throw new Error('no such number');
}

function isSynthetic(text: string): boolean {
  const digits = [...text].map(Number);
  const month = Number(text.slice(2, 4)) - 80;
  const day = Number(text.slice(0, 2)) % 40;
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= 31 &&
    check(digits, WEIGHTS_1) === digits[9] &&
    check(digits, WEIGHTS_2) === digits[10]
  );
}

/** Random ids: one in some hundred thousand has the digits of an identity number at its end. */
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** Every synthetic identity number in a text. */
export function identityNumbersIn(text: string): string[] {
  const runs = text.replace(UUID, 'id').match(/(?<!\d)\d{6} ?\d{5}(?!\d)/g) ?? [];
  return runs.map((run) => run.replace(' ', '')).filter(isSynthetic);
}
