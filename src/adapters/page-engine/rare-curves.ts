/**
 * Curves that few certificates are on and noble has no name for: P-192, P-224 (FIPS 186-4 §D.1.2),
 * the short and the twisted ones of Brainpool (RFC 5639 §3). Their numbers are those of the texts;
 * the arithmetic is noble's own for any curve y² = x³ + ax + b of prime order.
 */
import { type ECDSA, ecdsa, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** In hexadecimal; without `a` it is p − 3. The cofactor is one. */
interface Numbers {
  readonly p: string;
  readonly a?: string;
  readonly b: string;
  readonly n: string;
  readonly gx: string;
  readonly gy: string;
}

const numbersByOid = new Map<string, Numbers>([
  // P-192
  [
    '1.2.840.10045.3.1.1',
    {
      p: 'fffffffffffffffffffffffffffffffeffffffffffffffff',
      b: '64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1',
      n: 'ffffffffffffffffffffffff99def836146bc9b1b4d22831',
      gx: '188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012',
      gy: '7192b95ffc8da78631011ed6b24cdd573f977a11e794811',
    },
  ],
  // P-224
  [
    '1.3.132.0.33',
    {
      p: 'ffffffffffffffffffffffffffffffff000000000000000000000001',
      b: 'b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4',
      n: 'ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d',
      gx: 'b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21',
      gy: 'bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34',
    },
  ],
  // brainpoolP160r1
  [
    '1.3.36.3.3.2.8.1.1.1',
    {
      p: 'e95e4a5f737059dc60dfc7ad95b3d8139515620f',
      a: '340e7be2a280eb74e2be61bada745d97e8f7c300',
      b: '1e589a8595423412134faa2dbdec95c8d8675e58',
      n: 'e95e4a5f737059dc60df5991d45029409e60fc09',
      gx: 'bed5af16ea3f6a4f62938c4631eb5af7bdbcdbc3',
      gy: '1667cb477a1a8ec338f94741669c976316da6321',
    },
  ],
  // brainpoolP160t1
  [
    '1.3.36.3.3.2.8.1.1.2',
    {
      p: 'e95e4a5f737059dc60dfc7ad95b3d8139515620f',
      b: '7a556b6dae535b7b51ed2c4d7daa7a0b5c55f380',
      n: 'e95e4a5f737059dc60df5991d45029409e60fc09',
      gx: 'b199b13b9b34efc1397e64baeb05acc265ff2378',
      gy: 'add6718b7c7c1961f0991b842443772152c9e0ad',
    },
  ],
  // brainpoolP192r1
  [
    '1.3.36.3.3.2.8.1.1.3',
    {
      p: 'c302f41d932a36cda7a3463093d18db78fce476de1a86297',
      a: '6a91174076b1e0e19c39c031fe8685c1cae040e5c69a28ef',
      b: '469a28ef7c28cca3dc721d044f4496bcca7ef4146fbf25c9',
      n: 'c302f41d932a36cda7a3462f9e9e916b5be8f1029ac4acc1',
      gx: 'c0a0647eaab6a48753b033c56cb0f0900a2f5c4853375fd6',
      gy: '14b690866abd5bb88b5f4828c1490002e6773fa2fa299b8f',
    },
  ],
  // brainpoolP192t1
  [
    '1.3.36.3.3.2.8.1.1.4',
    {
      p: 'c302f41d932a36cda7a3463093d18db78fce476de1a86297',
      b: '13d56ffaec78681e68f9deb43b35bec2fb68542e27897b79',
      n: 'c302f41d932a36cda7a3462f9e9e916b5be8f1029ac4acc1',
      gx: '3ae9e58c82f63c30282e1fe7bbf43fa72c446af6f4618129',
      gy: '97e2c5667c2223a902ab5ca449d0084b7e5b3de7ccc01c9',
    },
  ],
  // brainpoolP224r1
  [
    '1.3.36.3.3.2.8.1.1.5',
    {
      p: 'd7c134aa264366862a18302575d1d787b09f075797da89f57ec8c0ff',
      a: '68a5e62ca9ce6c1c299803a6c1530b514e182ad8b0042a59cad29f43',
      b: '2580f63ccfe44138870713b1a92369e33e2135d266dbb372386c400b',
      n: 'd7c134aa264366862a18302575d0fb98d116bc4b6ddebca3a5a7939f',
      gx: 'd9029ad2c7e5cf4340823b2a87dc68c9e4ce3174c1e6efdee12c07d',
      gy: '58aa56f772c0726f24c6b89e4ecdac24354b9e99caa3f6d3761402cd',
    },
  ],
  // brainpoolP224t1
  [
    '1.3.36.3.3.2.8.1.1.6',
    {
      p: 'd7c134aa264366862a18302575d1d787b09f075797da89f57ec8c0ff',
      b: '4b337d934104cd7bef271bf60ced1ed20da14c08b3bb64f18a60888d',
      n: 'd7c134aa264366862a18302575d0fb98d116bc4b6ddebca3a5a7939f',
      gx: '6ab1e344ce25ff3896424e7ffe14762ecb49f8928ac0c76029b4d580',
      gy: '374e9f5143e568cd23f3f4d7c0d4b1e41c8cc0d1c6abd5f1a46db4c',
    },
  ],
  // brainpoolP256t1
  [
    '1.3.36.3.3.2.8.1.1.8',
    {
      p: 'a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377',
      b: '662c61c430d84ea4fe66a7733d0b76b7bf93ebc4af2f49256ae58101fee92b04',
      n: 'a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7',
      gx: 'a3e8eb3cc1cfe7b7732213b23a656149afa142c47aafbc2b79a191562e1305f4',
      gy: '2d996c823439c56d7f7b22e14644417e69bcb6de39d027001dabe8f35b25c9be',
    },
  ],
  // brainpoolP320r1
  [
    '1.3.36.3.3.2.8.1.1.9',
    {
      p: 'd35e472036bc4fb7e13c785ed201e065f98fcfa6f6f40def4f92b9ec7893ec28fcd412b1f1b32e27',
      a: '3ee30b568fbab0f883ccebd46d3f3bb8a2a73513f5eb79da66190eb085ffa9f492f375a97d860eb4',
      b: '520883949dfdbc42d3ad198640688a6fe13f41349554b49acc31dccd884539816f5eb4ac8fb1f1a6',
      n: 'd35e472036bc4fb7e13c785ed201e065f98fcfa5b68f12a32d482ec7ee8658e98691555b44c59311',
      gx: '43bd7e9afb53d8b85289bcc48ee5bfe6f20137d10a087eb6e7871e2a10a599c710af8d0d39e20611',
      gy: '14fdd05545ec1cc8ab4093247f77275e0743ffed117182eaa9c77877aaac6ac7d35245d1692e8ee1',
    },
  ],
  // brainpoolP320t1
  [
    '1.3.36.3.3.2.8.1.1.10',
    {
      p: 'd35e472036bc4fb7e13c785ed201e065f98fcfa6f6f40def4f92b9ec7893ec28fcd412b1f1b32e27',
      b: 'a7f561e038eb1ed560b3d147db782013064c19f27ed27c6780aaf77fb8a547ceb5b4fef422340353',
      n: 'd35e472036bc4fb7e13c785ed201e065f98fcfa5b68f12a32d482ec7ee8658e98691555b44c59311',
      gx: '925be9fb01afc6fb4d3e7d4990010f813408ab106c4f09cb7ee07868cc136fff3357f624a21bed52',
      gy: '63ba3a7a27483ebf6671dbef7abb30ebee084e58a0b077ad42a5a0989d1ee71b1b9bc0455fb0d2c3',
    },
  ],
  // brainpoolP384t1
  [
    '1.3.36.3.3.2.8.1.1.12',
    {
      p: '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53',
      b: '7f519eada7bda81bd826dba647910f8c4b9346ed8ccdc64e4b1abd11756dce1d2074aa263b88805ced70355a33b471ee',
      n: '8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565',
      gx: '18de98b02db9a306f2afcd7235f72a819b80ab12ebd653172476fecd462aabffc4ff191b946a5f54d8d0aa2f418808cc',
      gy: '25ab056962d30651a114afd2755ad336747f93475b7a1fca3b88f2b6a208ccfe469408584dc2b2912675bf5b9e582928',
    },
  ],
  // brainpoolP512t1
  [
    '1.3.36.3.3.2.8.1.1.14',
    {
      p: 'aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3',
      b: '7cbbbcf9441cfab76e1890e46884eae321f70c0bcb4981527897504bec3e36a62bcdfa2304976540f6450085f2dae145c22553b465763689180ea2571867423e',
      n: 'aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069',
      gx: '640ece5c12788717b9c1ba06cbc2a6feba85842458c56dde9db1758d39c0313d82ba51735cdb3ea499aa77a7d6943a64f7a3f25fe26f06b51baa2696fa9035da',
      gy: '5b534bd595f5af0fa2c892376c84ace1bb4e3019b71634c01131159cae03cee9d9932184beef216bd71df2dadf86a627306ecff96dbb8bace198b61e00f8b332',
    },
  ],
]);

const made = new Map<string, ECDSA>();

/** Made when it is first asked for, for most pages never do; undefined for any other identifier. */
export function rareCurve(oid: string): ECDSA | undefined {
  const numbers = numbersByOid.get(oid);
  if (numbers === undefined) return undefined;
  const curve = made.get(oid) ?? curveOf(numbers);
  made.set(oid, curve);
  return curve;
}

/** The digest is handed to it made already: which one it is named with does not matter. */
function curveOf({ a, ...given }: Numbers): ECDSA {
  const p = hex(given.p);
  const own = { p, a: a === undefined ? p - 3n : hex(a), b: hex(given.b), n: hex(given.n), h: 1n };
  return ecdsa(weierstrass({ ...own, Gx: hex(given.gx), Gy: hex(given.gy) }), sha256);
}

function hex(digits: string): bigint {
  return BigInt(`0x${digits}`);
}
