/**
 * What a test sees of a house that stands, whoever opened it: it asks, reads what the owner of the
 * root may read, and breaks nothing.
 */
import { type Random, seededRandom } from '#base/random';
import { type Handset, issueSim } from '../src/main/estate/sim.ts';
import type { House } from '../src/main/house/house.ts';

/** A house as far as a guest needs to know it. */
export type Lodging = Pick<House, 'estate' | 'url' | 'logins'>;

export class Guest<Known extends Lodging = Lodging> {
  /** For the chance a test draws from; two guests of one house bring different seeds. */
  readonly random: Random;
  readonly house: Known;

  constructor(house: Known, seed: number) {
    this.house = house;
    this.random = seededRandom(seed);
  }

  /** Where the API answers. */
  get url(): string {
    return this.house.url;
  }

  get trust(): string {
    return this.house.estate.trust;
  }

  sim(phone: string): Promise<Handset> {
    return issueSim(this.house.estate, phone);
  }

  /** A loan officer's session. */
  async operatorToken(): Promise<string> {
    const known = this.house.logins.find(({ login }) => login === 'loan-officer');
    const { login, password } = known ?? { login: '', password: '' };
    const answer = await fetch(`${this.url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, password }),
    });
    return ((await answer.json()) as { token: string }).token;
  }
}
