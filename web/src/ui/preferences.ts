/**
 * What a reader chose about the page itself, kept on this device only: language and elder mode.
 *
 * Nothing personal is ever kept here. Storage may be forbidden or full; then a choice lasts as long
 * as the page.
 */
export type Preference = 'language' | 'elder';

export function kept(name: Preference): string | undefined {
  try {
    return localStorage.getItem(`fubie.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(name: Preference, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`fubie.${name}`);
    else localStorage.setItem(`fubie.${name}`, value);
  } catch {
    // A device that keeps nothing still shows the page.
  }
}

export function elderFromStart(): void {
  if (kept('elder') === 'yes') document.documentElement.dataset['elder'] = 'yes';
}
