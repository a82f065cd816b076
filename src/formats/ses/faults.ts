/** Why bytes are refused as a seal or a seal's signature. */
export const sesFaults = ['ses.malformed'] as const;
