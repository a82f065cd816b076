/**
 * The parts of the vault in this house: its rows, its suites, and what of a person can be found.
 */
import { cipherSuites } from '#adapters/engine';
import { PostgresVault, PostgresVaultIndex } from '#adapters/postgres';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import type { IndexedFields, SuiteName, VaultParts, WrapKeys } from '#business/vault';

/** A desk looks people up by these; nothing else of a person can be found by its value. */
export const personIndexes: IndexedFields = {
  idNumber: ['exact', 'tail'],
  phone: ['exact', 'tail'],
  card: ['exact'],
  name: ['exact', 'grams'],
};

const suiteDefault: SuiteName = 'aes-256-gcm';

export function vaultParts(
  keys: WrapKeys,
  suiteOf: (tenant: TenantId) => Promise<SuiteName> = async () => suiteDefault,
): VaultParts {
  return {
    store: new PostgresVault(),
    index: new PostgresVaultIndex(),
    keys,
    random: systemRandom,
    suites: cipherSuites,
    suiteOf,
    indexed: personIndexes,
  };
}
