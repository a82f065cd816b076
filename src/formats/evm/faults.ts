/** Why bytes of a chain are refused. */
export const evmFaults = ['evm.malformed', 'evm.proof_wrong', 'evm.limit'] as const;
