/**
 * The synthetic people the simulators know, and the one person each simulator says no to.
 *
 * ID division 990101, card prefix 990001 and the mobile segment 000000000 are assigned to nobody,
 * so no line here can match a real person. Each refused person has an element of his own by which
 * the simulator knows him; any other synthetic person is served.
 */
export interface SyntheticPerson {
  readonly name: string;
  readonly idNumber: string;
  readonly card: string;
  readonly phone: string;
}

/** Served by every gateway. */
export const syntheticBorrower: SyntheticPerson = {
  name: '王样例',
  idNumber: '990101199003070111',
  card: '9900010000000000018',
  phone: '00000000001',
};

/** sms says no: the number is out of service. Known by the phone. */
export const refusedBySms: SyntheticPerson = {
  name: '吴停机',
  idNumber: '990101199003070111',
  card: '9900010000000000018',
  phone: '00000000099',
};

/** identity says `mismatch`: the carrier knows another holder of the number. Known by the phone. */
export const refusedByIdentity: SyntheticPerson = {
  name: '郑不符',
  idNumber: '990101199003070111',
  card: '9900010000000000018',
  phone: '00000000098',
};

/** bureau reports defaults and a low score. Known by name and ID number together. */
export const refusedByBureau: SyntheticPerson = {
  name: '钱逾期',
  idNumber: '990101199111300025',
  card: '9900010000000000018',
  phone: '00000000097',
};

/** core-banking says no: the account is closed. Known by the card. */
export const refusedByCoreBanking: SyntheticPerson = {
  name: '周销户',
  idNumber: '990101199111300025',
  card: '9900010000000000026',
  phone: '00000000096',
};

/** Every synthetic card has this payment password; nobody can mistake it for a secret. */
export const syntheticPaymentPassword = '246810';

export function isSyntheticPhone(phone: string): boolean {
  return /^000000000(?!00)\d\d$/.test(phone);
}

export function isSyntheticIdNumber(idNumber: string): boolean {
  return /^990101\d{11}[\dX]$/.test(idNumber);
}

export function isSyntheticCard(card: string): boolean {
  return /^990001\d{13}$/.test(card);
}
