/** Why bytes are refused as a seal or a seal's signature, and what no seal is made of. */
export const sesFaults = ['ses.malformed', 'ses.not_holder', 'ses.unsuitable'] as const;
