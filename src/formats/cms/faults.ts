/** Why a CMS message is refused when it is read or made. */
export const cmsFaults = ['cms.malformed', 'cms.unsuitable', 'cms.attributes_differ'] as const;
