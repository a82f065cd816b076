/** Every code this room refuses with. */
export const receiptFaults = ['receipt.stamp_exists'] as const;
