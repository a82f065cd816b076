/**
 * The collector, called by hand: between two measurements, so that none pays for another's garbage.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Everything; with `minor` what is young, which is what a short piece of work leaves. */
export const collect: (how?: { readonly type: 'minor' }) => void = runInNewContext('gc');
